/** Notifications: a store, commands, REST, and the events that keep every tab's list right. */
import type { FeatureDefinition } from '../app.ts';
import { handleCommands } from './commands.ts';
import { createNotificationRepository } from './repository.ts';
import { notificationRoutes } from './routes.ts';
import { createNotificationService } from './service.ts';
import { welcome } from './welcome.ts';

export const notifications: FeatureDefinition = {
  name: 'notifications',
  create(app) {
    const repository = createNotificationRepository(app.db, app.settings.maxNotificationsPerUser);
    const service = createNotificationService(app, repository);
    handleCommands(app.realtime, service);
    const logger = app.logbook.of('notifications');
    let hearNoMore = () => {};
    return {
      routes: notificationRoutes(service),
      start() {
        if (app.nodes.isOnDuty() && repository.isNew()) welcome(repository);
        // Where an application would send an e-mail.
        hearNoMore = app.realtime.onUndelivered(({ userId, type }) => {
          if (type === 'notification:new') logger.info(`${userId} is away: the notification waits in the store`);
        });
      },
      stop: () => hearNoMore(),
    };
  },
};
