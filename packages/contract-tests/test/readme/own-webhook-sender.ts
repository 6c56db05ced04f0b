export { NodeHttpSender as OwnWebhookSender } from '../webhook/node-http-sender.ts';
