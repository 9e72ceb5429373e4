/*
 * What the app streams: an analog input where the device has one (ADC 0), and what the machine knows of itself.
 */
import Time from 'time';

const PIN = 0;

function openAnalog() {
  const { Analog } = device.io ?? {};
  try {
    return Analog && new Analog({ pin: PIN });
  } catch {
    /* Not every board has this input. */
  }
}

export function openSensors() {
  const analog = openAnalog();
  return {
    names: analog ? ['uptime', 'analog'] : ['uptime'],
    sample(values) {
      values[0] = Time.ticks / 1000;
      if (analog) values[1] = analog.read();
    },
  };
}
