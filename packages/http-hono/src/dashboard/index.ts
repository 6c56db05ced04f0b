export { createDashboard } from './create-dashboard.ts';
export type { DashboardDependencies, DashboardOptions } from './dashboard-dependencies.ts';
export { DashboardFeed, type DashboardFeedOptions } from './dashboard-feed.ts';
