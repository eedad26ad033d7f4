/** `onesocket/server`: the companion of a Socket.IO server. */
export { type AttachOptions, attachRealtime, memoryLog } from './attach.ts';
export { type AuthContext, type Authenticate, type Identity, type JwtOptions, jwt } from './auth.ts';
export type { ChannelFilter, ChannelRules, ChannelsOption } from './channels.ts';
export type { Begun, CommandStamp, CommandStore } from './command-store.ts';
export type { CommandContext, CommandHandler, CommandOptions } from './commands.ts';
export { type EnvOptions, optionsFromEnv } from './env.ts';
export { AuthError, CommandError } from './errors.ts';
export { type Health, healthHandler } from './health.ts';
export type { Limits, Rate } from './limits.ts';
export type { Bounds, Draft, EventLog, Hint, LogSize, Page } from './log.ts';
export type { MemoryLog, MemoryLogOptions } from './log-memory.ts';
export type { RealtimeOptions } from './options.ts';
export type { Logger } from './ports.ts';
export type { Diagnostics, Emitter, Realtime, Receipt, SessionFilter, Undelivered } from './realtime-types.ts';
export type { Claim, ClaimAnswer, Registry, SessionEnd, SessionInfo, SessionsPolicy } from './registry.ts';
export type { ChannelTarget, ModuleByType, RoomTarget, ShopTarget, Target, UsersTarget, UserTarget } from './router.ts';
export type { StrangerLimits } from './strangers.ts';
export type { Throttled, ThrottleOptions } from './throttle.ts';
