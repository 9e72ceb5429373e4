'use strict';
// An engine for Artillery: what it calls, and in which form. CommonJS, because Artillery requires its engines.
const { checkTarget, optionsOf, ScenarioError } = require('./lib/options.cjs');
const { stepOf } = require('./lib/steps.cjs');
const { Device } = require('./lib/device.cjs');

/** One after the other; `done(error, context)` once. */
function inTurn(steps, context, done) {
  let at = 0;
  const next = (error) => {
    if (error !== undefined && error !== null) return done(error, context);
    if (at === steps.length) return done(null, context);
    const step = steps[at++];
    try {
      step(context, next);
    } catch (thrown) {
      next(thrown);
    }
  };
  next();
}

/** The engine `ringlet` of a script: `config.engines.ringlet` and `scenarios[].engine: ringlet`. */
class RingletEngine {
  /** Where devices come from. Ringlet is made of ES modules, which CommonJS can only import later. */
  static ringlet = async () => ({ ...(await import('ringlet/node')), ...(await import('ringlet/uplink')) });

  /** Throws a ScenarioError if `config.engines.ringlet` or the target is wrong. */
  constructor(script, _events, helpers) {
    this.config = script.config;
    this.helpers = helpers;
    this.options = optionsOf(script.config.engines?.ringlet, 'config.engines.ringlet');
    checkTarget(script.config.target);
  }

  /** Returns what runs one virtual user: `(context, callback)`. Throws a ScenarioError for a flow that is wrong. */
  createScenario(scenario, events) {
    const { config, helpers, options } = this;
    if (!Array.isArray(scenario.flow) || scenario.flow.length === 0) {
      throw new ScenarioError(`scenario ${scenario.name ?? ''}: a flow with at least one step is needed`);
    }
    const steps = scenario.flow.map((step) => stepOf(step, { config, helpers, events }));
    return (context, callback) => {
      events.emit('started');
      run(steps, context).then(
        () => callback(null, context),
        (error) => {
          events.emit('error', error.code ?? error.message);
          callback(error, context);
        },
      );
    };

    /** One virtual user, from its first step to its last. */
    async function run(steps, context) {
      const given = { ...helpers.template(options, context), tls: config.tls };
      const url = helpers.template(config.target, context);
      const device = new Device(await RingletEngine.ringlet(), url, given, events);
      context.ringlet = device;
      device.start();
      try {
        await new Promise((resolve, reject) => {
          inTurn(steps, context, (error) => (error === null ? resolve() : reject(error)));
        });
      } finally {
        await device.stop();
      }
      if (device.failure !== undefined) throw device.failure;
    }
  }
}

module.exports = RingletEngine;
