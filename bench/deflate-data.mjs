// Data to compress, made up from a seed, so that every run and every machine measures the same octets.

/** A small linear congruential generator: numbers below n. */
export function random(seed) {
  let state = seed >>> 0;
  return (n) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 0x100000000) * n);
  };
}

const encode = (text) => new TextEncoder().encode(text);

/** Telemetry of one device: 100 to 400 octets of JSON a message, numbers that drift. */
export function sensorMessages(count, seed = 1) {
  const rnd = random(seed);
  const messages = [];
  let t = 1699999999123;
  let free = 123456;
  let temperature = 2150;
  const load = [12, 34, 25];
  for (let seq = 1000; seq < 1000 + count; seq++) {
    t += 900 + rnd(200);
    free += rnd(4000) - 2000;
    temperature += rnd(21) - 10;
    for (let i = 0; i < 3; i++) load[i] = Math.max(0, load[i] + rnd(11) - 5);
    const message = {
      seq,
      t: t / 1000,
      load: load.map((value) => value / 100),
      mem: { total: 327680, free, largest: 65536 - rnd(1024) },
    };
    if (rnd(3) > 0)
      message.temp = [temperature / 100, (temperature + rnd(40)) / 100, (2000 + rnd(300)) / 100];
    if (rnd(2) > 0) message.wifi = { rssi: -40 - rnd(40), channel: 1 + rnd(13), bssid: 'a4:cf:12:6b:00:7f' };
    if (rnd(4) === 0)
      message.events = [{ id: rnd(65536), kind: ['door', 'motion', 'button'][rnd(3)], on: rnd(2) > 0 }];
    messages.push(encode(JSON.stringify(message)));
  }
  return messages;
}

const WORDS = (
  'the of and to in is that for it as was with be by on not he his but at are this have from or had an they which ' +
  'one you were her all she there would their we him been has when who will more no if out so said what up its about ' +
  'into than them can only other new some could time these two may then do first any my now such like our over man ' +
  'device network memory window message frame buffer sensor compress stream register current voltage antenna'
).split(' ');

/** Pages of HTML, about `size` octets each. */
export function htmlMessages(count, size = 16384, seed = 2) {
  const rnd = random(seed);
  const word = () => WORDS[Math.floor(((rnd(1000) * rnd(1000)) / 1e6) * WORDS.length)];
  const words = (n) => Array.from({ length: n }, word).join(' ');
  const messages = [];
  for (let k = 0; k < count; k++) {
    let page = `<!DOCTYPE html>\n<html lang="en">\n<head><meta charset="utf-8"><title>${words(5)}</title></head>\n<body>\n`;
    while (page.length < size) {
      const kind = rnd(4);
      if (kind === 0) page += `<h2 id="s${rnd(1000)}">${words(3 + rnd(4))}</h2>\n`;
      else if (kind === 1)
        page += `<p>${words(20 + rnd(60))}, <a href="/wiki/${word()}_${word()}" title="${word()}">${words(2)}</a>.</p>\n`;
      else if (kind === 2)
        page += `<ul class="list">\n${Array.from({ length: 3 + rnd(5) }, () => `  <li><span class="n">${rnd(10000)}</span> ${words(4)}</li>\n`).join('')}</ul>\n`;
      else
        page += `<table><tr>${Array.from({ length: 4 }, () => `<td>${(rnd(100000) / 100).toFixed(2)}</td>`).join('')}</tr></table>\n`;
    }
    messages.push(encode(page + '</body>\n</html>\n'));
  }
  return messages;
}

/** Sampled waveforms: little-endian 16-bit, three channels, some noise; about 4 KiB a message. */
export function binaryMessages(count, samples = 680, seed = 3) {
  const rnd = random(seed);
  const messages = [];
  let phase = 0;
  for (let k = 0; k < count; k++) {
    const message = new Uint8Array(8 + samples * 6);
    const view = new DataView(message.buffer);
    view.setUint32(0, k, true);
    view.setUint32(4, 1700000000 + k, true);
    for (let i = 0; i < samples; i++, phase++) {
      view.setInt16(8 + i * 6, Math.round(300 * Math.sin(phase / 20)) + rnd(4), true);
      view.setInt16(10 + i * 6, (phase >> 4) & 0x3ff, true);
      view.setInt16(12 + i * 6, 2048 + rnd(16), true);
    }
    messages.push(message);
  }
  return messages;
}
