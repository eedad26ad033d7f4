/**
 * NestJS: a gateway that attaches the companion to Nest's Socket.IO server, a service to inject wherever something
 * is sent, a guard that takes the same tokens for routes.
 *
 * Commands of clients go to `onCommand`. A `@SubscribeMessage` handler hears them too, but its result reaches plain
 * Socket.IO clients only: Nest's listeners don't say whether they will answer.
 */
import {
  type CanActivate,
  Controller,
  type DynamicModule,
  type ExecutionContext,
  Get,
  Inject,
  Injectable,
  Module,
  type OnModuleDestroy,
  Post,
  Req,
  ServiceUnavailableException,
  UnauthorizedException,
  UseGuards,
} from '@nestjs/common';
import { type OnGatewayInit, WebSocketGateway } from '@nestjs/websockets';
import type { Server } from 'socket.io';
import { type Authenticate, attachRealtime, CommandError, type Identity, type Realtime } from '../src/server/index.ts';
import { type ServerEvents, toAuthenticate } from './events.ts';

type Io = Server<Record<string, never>, ServerEvents>;
interface Request {
  readonly headers: Readonly<Record<string, string | undefined>>;
  identity?: Identity;
}
const authenticateToken = Symbol('authenticate');

@Injectable()
export class RealtimeService implements OnModuleDestroy {
  @Inject(authenticateToken) private readonly authenticate!: Authenticate;
  private realtime: Realtime<ServerEvents> | null = null;

  /** By the gateway, when Nest has made its server. */
  attach(io: Io): void {
    this.realtime = attachRealtime(io, { authenticate: this.authenticate, logger: console });
    this.realtime.onCommand('order:confirm', (data, { session }) => {
      if (session.role !== 'clerk') throw new CommandError('forbidden', 'Only clerks confirm orders');
      return { confirmed: data };
    });
  }

  /** There from the start of listening on. */
  get to(): Realtime<ServerEvents>['to'] {
    return this.attached.to;
  }
  get attached(): Realtime<ServerEvents> {
    if (!this.realtime) throw new Error('The gateway is not initialised yet');
    return this.realtime;
  }

  async onModuleDestroy(): Promise<void> {
    await this.realtime?.close();
  }
}

@WebSocketGateway({ serveClient: false })
export class RealtimeGateway implements OnGatewayInit<Io> {
  @Inject(RealtimeService) private readonly realtime!: RealtimeService;

  afterInit(io: Io): void {
    this.realtime.attach(io);
  }
}

/** Lets in whom the sockets let in, and leaves the identity on the request. */
@Injectable()
export class TokenGuard implements CanActivate {
  @Inject(authenticateToken) private readonly authenticate!: Authenticate;

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<Request>();
    const token = request.headers.authorization?.replace(/^Bearer /, '');
    try {
      request.identity = await this.authenticate(token, { auth: {}, now: Date.now() });
      return true;
    } catch {
      throw new UnauthorizedException();
    }
  }
}

@Controller()
export class OrdersController {
  @Inject(RealtimeService) private readonly realtime!: RealtimeService;
  private orders = 0;

  @Post('orders')
  @UseGuards(TokenGuard)
  async create(@Req() request: Request): Promise<{ id: number }> {
    this.orders += 1;
    const order = { id: this.orders };
    await this.realtime.to({ user: request.identity?.userId ?? '' }).emit('order_created', order);
    return order;
  }

  @Get('health')
  async health(): Promise<object> {
    const health = await this.realtime.attached.health();
    if (!health.ok) throw new ServiceUnavailableException(health);
    return health;
  }
}

@Module({})
class RealtimeModule {}

export function realtimeModule(secret: string): DynamicModule {
  return {
    module: RealtimeModule,
    controllers: [OrdersController],
    providers: [
      { provide: authenticateToken, useValue: toAuthenticate(secret) },
      ...[RealtimeService, RealtimeGateway, TokenGuard],
    ],
    exports: [RealtimeService],
  };
}
