import { test } from 'vitest';
// @ts-expect-error A script without types.
import { checkCuts } from '../../bench/ablation/run.mjs';

// `npm run bench -- --ablation` cuts fast paths out of the built library by what their lines say.
test('every cut of the ablation fits the library as it is built', () => {
  (checkCuts as () => void)();
});
