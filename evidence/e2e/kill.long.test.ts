import { killSuite } from '../support/kill-suite.ts';
import { onEachStore } from '../support/store-matrix.ts';

onEachStore('kill -9 in the middle of a run', killSuite);
