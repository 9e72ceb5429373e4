export { Random } from '../../hosts/simulated/random.ts';
export { TARGETS } from './targets.ts';
