/**
 * jest makes an AsyncLocalStorage for each test file and leaves it on, and in Node.js 20 every promise of a later file in the
 * same worker pays for all of them: after a hundred files tests of protocols took ten times as long. Those that earlier
 * files have left are switched off here; one that is still used switches itself on again.
 */
const { AsyncLocalStorage } = require('node:async_hooks');

const LEFT = Symbol.for('storages that test files have used');
const { prototype } = AsyncLocalStorage;

if (prototype[LEFT] === undefined) {
  const { run } = prototype;
  prototype[LEFT] = new Set();
  prototype.run = function (...args) {
    prototype[LEFT].add(this);
    return run.apply(this, args);
  };
}
for (const storage of prototype[LEFT]) storage.disable();
prototype[LEFT].clear();
