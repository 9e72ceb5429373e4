'use strict';
// The steps of a flow. Each becomes `(context, done)`, as Artillery's own engines have them.
const { isNumber, isObject, isTemplate, isText, ScenarioError } = require('./options.cjs');

/** Fields of a step that takes an object; a template stands for any value. */
function checkFields(where, given, fields) {
  if (given === null || typeof given !== 'object' || Array.isArray(given))
    throw new ScenarioError(`${where}: an object is needed, with ${Object.keys(fields).join(', ')}`);
  for (const name of Object.keys(given)) {
    if (!Object.hasOwn(fields, name))
      throw new ScenarioError(`${where}.${name} is unknown; there are: ${Object.keys(fields).join(', ')}`);
    if (!fields[name](given[name]) && !isTemplate(given[name]))
      throw new ScenarioError(`${where}.${name} cannot be ${JSON.stringify(given[name])}`);
  }
}

const isPositive = (value) => isNumber(value) && value > 0;

/** A number that a template made, too. */
function numberOf(where, value) {
  const number = Number(value);
  if (!(number >= 0 && Number.isFinite(number))) throw new ScenarioError(`${where}: no number: ${value}`);
  return number;
}

/** Calls `done` when a promise settles. */
function settle(promise, done) {
  promise.then(() => done(null), done);
}

/** `connect: seconds`: waits for a connection; an error if there is none by then. */
function connectStep(patience, { helpers }) {
  if (!isPositive(patience) && !isTemplate(patience)) throw new ScenarioError('connect: seconds are needed');
  return (context, done) => {
    const seconds = numberOf('connect', helpers.template(patience, context));
    const waited = context.ringlet.when(() => context.ringlet.isOpen, seconds * 1000);
    settle(
      waited.then((isOpen) => {
        if (!isOpen)
          throw Object.assign(new Error('no connection in time'), { code: 'ringlet.no_connection' });
      }),
      done,
    );
  };
}

/** `stream: {rate, seconds, octets, record}`: so many records a second for so long, connected or not. */
function streamStep(given, { helpers }) {
  checkFields('stream', given, {
    rate: isPositive,
    seconds: isPositive,
    octets: isNumber,
    record: isObject,
  });
  if (given.rate === undefined || given.seconds === undefined)
    throw new ScenarioError('stream: rate and seconds are needed');
  return (context, done) => {
    const rate = numberOf('stream.rate', helpers.template(given.rate, context));
    const seconds = numberOf('stream.seconds', helpers.template(given.seconds, context));
    const octets = numberOf('stream.octets', helpers.template(given.octets ?? 0, context));
    const device = context.ringlet;
    const total = Math.round(rate * seconds);
    let posted = 0;
    let timer;
    // A machine that is late posts what is missing, so that the rate of a fleet is that of its script.
    const begun = performance.now();
    // Devices do not all wake in the same millisecond.
    const phase = Math.random() / rate;
    const tick = () => {
      if (device.failure !== undefined) return end(device.failure);
      const due = Math.min(total, Math.floor(((performance.now() - begun) / 1000 - phase) * rate) + 1);
      try {
        while (posted < due) {
          device.post({ at: Date.now(), ...helpers.template(given.record ?? {}, context) }, octets);
          posted++;
        }
      } catch (error) {
        return end(error);
      }
      if (posted >= total) end(null);
    };
    const end = (error) => {
      clearInterval(timer);
      done(error);
    };
    timer = setInterval(tick, Math.max(1, Math.min(1000 / rate, 1000)));
  };
}

/** `post: {…}` or `post: "text"`: one record. */
function postStep(given, { helpers }) {
  if (!isObject(given) && !isText(given)) throw new ScenarioError('post: a text or an object is needed');
  return (context, done) => {
    const value = helpers.template(given, context);
    context.ringlet.post(typeof value === 'object' ? value : { text: value });
    done(null);
  };
}

/** `drain: seconds`: waits until all is acknowledged; an error if it is not by then. */
function drainStep(patience, { helpers }) {
  if (!isPositive(patience) && !isTemplate(patience)) throw new ScenarioError('drain: seconds are needed');
  return (context, done) => {
    const seconds = numberOf('drain', helpers.template(patience, context));
    const waited = context.ringlet.when(() => context.ringlet.kept === 0, seconds * 1000);
    settle(
      waited.then((isEmpty) => {
        if (!isEmpty)
          throw Object.assign(new Error('not all is acknowledged'), { code: 'ringlet.not_drained' });
      }),
      done,
    );
  };
}

/** `outage: seconds`: the device's network is gone for so long; the flow goes on meanwhile. */
function outageStep(time, { helpers }) {
  if (!isPositive(time) && !isTemplate(time)) throw new ScenarioError('outage: seconds are needed');
  return (context, done) => {
    context.ringlet.loseNetwork(numberOf('outage', helpers.template(time, context)) * 1000);
    done(null);
  };
}

/** `function: name` of the processor: `(context, events, done)`, or an async one without `done`. */
function functionStep(name, { config, events }) {
  if (!isText(name)) throw new ScenarioError('function: the name of one of the processor is needed');
  return (context, done) => {
    const called = config.processor?.[name];
    if (typeof called !== 'function') throw new ScenarioError(`function: the processor has no ${name}`);
    if (called.length >= 3) called(context, events, done);
    else settle(Promise.resolve(called(context, events)), done);
  };
}

function logStep(text, { helpers }) {
  if (!isText(text)) throw new ScenarioError('log: a text is needed');
  return (context, done) => {
    console.log(helpers.template(text, context));
    done(null);
  };
}

function thinkStep(time, { helpers, config }, step) {
  // Artillery reads durations such as `5s`, too.
  if (!isNumber(time) && !isText(time)) throw new ScenarioError('think: seconds are needed');
  return helpers.createThink(step, config.defaults?.think ?? {});
}

function loopStep(flow, tools, step) {
  if (!Array.isArray(flow) || flow.length === 0) throw new ScenarioError('loop: a list of steps is needed');
  // Artillery's loops want the context from each step.
  const steps = flow.map((inner) => {
    const run = stepOf(inner, tools);
    return (context, done) => run(context, (error) => done(error ?? null, context));
  });
  return tools.helpers.createLoopWithCount(step.count ?? -1, steps, {
    loopValue: step.loopValue ?? '$loopCount',
    loopElement: step.loopElement ?? '$loopElement',
    overValues: step.over,
    whileTrue: tools.config.processor?.[step.whileTrue],
  });
}

const STEPS = {
  connect: connectStep,
  stream: streamStep,
  post: postStep,
  drain: drainStep,
  outage: outageStep,
  think: thinkStep,
  loop: loopStep,
  log: logStep,
  function: functionStep,
};

/** What else may stand in a step: what Artillery's own loops and pauses read. */
const BESIDE = {
  loop: ['count', 'over', 'whileTrue', 'loopValue', 'loopElement'],
};

/** What any step may have. */
const ANYWHERE = ['name'];

/** What runs a step of a flow. Throws a ScenarioError for one that is unknown or wrong. */
function stepOf(step, tools) {
  const names = Object.keys(step ?? {});
  const name = names.find((key) => Object.hasOwn(STEPS, key));
  if (name === undefined) {
    const known = Object.keys(STEPS).join(', ');
    throw new ScenarioError(`unknown step: ${JSON.stringify(step)}; there are: ${known}`);
  }
  // Of `{connect: 30, drain: 5}` one would not be done, without a word.
  const more = names.find((key) => key !== name && ![...(BESIDE[name] ?? []), ...ANYWHERE].includes(key));
  if (more !== undefined) throw new ScenarioError(`${more} cannot stand in the same step as ${name}`);
  return STEPS[name](step[name], tools, step);
}

module.exports = { stepOf };
