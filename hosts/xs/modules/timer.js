/**
 * `timer`: Moddable's Timer. A timer without a repeat interval is gone once it has fired; one to be used
 * again is made with a repeat interval and waits after `schedule(timer)` without one.
 */
const Timer = Object.freeze({
  set: native('timerSet'),
  repeat: native('timerRepeat'),
  schedule: native('timerSchedule'),
  clear: native('timerClear'),
  delay: native('timerDelay'),
});

export default Timer;
