/** What the environment says: the product's own variables by `optionsFromEnv`, and a few of the demo's. */
import { randomBytes } from 'node:crypto';
import { optionsFromEnv } from 'onesocket/server';

const {
  PORT = '3000',
  HOST,
  DATABASE,
  NODE_NAME,
  JWT_SECRET,
  TOKEN_LIFE_MS,
  CLUSTER,
  DEMO_SEED,
  DEMO_PACE = '1',
  DEMO_FAILURES = '0.12',
} = process.env;

const env = optionsFromEnv();

export const settings = {
  ...env,
  port: Number(PORT),
  /** This machine only, unless told otherwise: whoever reaches the demo may break it. */
  host: HOST ?? 'localhost',
  /** One file for all nodes. */
  database: DATABASE || '.cache/demo/demo.db',
  /** What this node is called among the others. */
  node: NODE_NAME || 'node-1',
  /** Somebody starts this node again when it ends: one may kill it from the page. */
  mayEnd: CLUSTER === '1',
  /** Ends with the process, unless several nodes are to share it. */
  secret: JWT_SECRET ? Buffer.from(JWT_SECRET) : randomBytes(32),
  /** Short, so that one can watch a renewal. */
  tokenLifeMs: Number(TOKEN_LIFE_MS) || 5 * 60_000,
  /** Of all chance in the demo: the same seed, the same course. */
  seed: Number(DEMO_SEED) || randomBytes(4).readUInt32LE(),
  /** How fast the made-up people and orders are; 0: they do nothing by themselves. */
  pace: Math.max(0, Number(DEMO_PACE) || 0),
  /** Share of the orders whose handling fails by chance, from 0 to 1. */
  failures: Math.min(1, Math.max(0, Number(DEMO_FAILURES) || 0)),
};
export type Settings = typeof settings;
