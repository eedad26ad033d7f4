/** Request bodies: JSON objects of bounded size. */
import type { IncomingMessage } from 'node:http';
import { HttpError } from './error.ts';

export type Body = Readonly<Record<string, unknown>>;

const maxBytes = 16_384;

/** Nothing sent is an empty object. */
export async function readBody(request: IncomingMessage): Promise<Body> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += chunk.length;
    if (bytes > maxBytes) throw new HttpError(413, `No more than ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  return bytes === 0 ? {} : toObject(Buffer.concat(chunks).toString('utf8'));
}

function toObject(text: string): Body {
  try {
    const body: unknown = JSON.parse(text);
    if (typeof body === 'object' && body !== null && !Array.isArray(body)) return { ...body };
  } catch {
    // Refused below, as other JSON than an object is.
  }
  throw new HttpError(400, 'A JSON object is expected');
}
