export { inThisProcess, type Processor } from './processor.ts';
export { type OpenWorker, runWorker, type WorkerParts } from './worker.ts';
export { WorkerPool } from './worker-pool.ts';
