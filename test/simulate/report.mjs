// A page with charts of what was simulated; it stands alone.
const escaped = (text) => String(text).replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);

/** Bars for counts, the largest first. Square roots, so that what is rare can be seen beside what is not. */
function bars(title, counts) {
  const rows = Object.entries(counts).sort(([, a], [, b]) => b - a);
  const most = Math.sqrt(Math.max(1, ...rows.map(([, count]) => count)));
  const height = 24 * rows.length;
  const lines = rows.map(([name, count], index) => {
    const y = 24 * index;
    const width = Math.max(1, (Math.sqrt(count) / most) * 480).toFixed(1);
    return `<text x="190" y="${y + 15}" text-anchor="end">${escaped(name)}</text><rect x="200" y="${y + 3}" width="${width}" height="16" fill="#1f6feb"/><text x="${Number(width) + 206}" y="${y + 15}">${count.toLocaleString('en')}</text>`;
  });
  return `<h2>${escaped(title)}</h2><svg width="820" height="${height}" role="img" aria-label="${escaped(title)}">${lines.join('')}</svg>`;
}

/** The page of a summary. */
export function pageOf(summary) {
  const {
    worlds,
    connectionHours,
    connections,
    attempts,
    messages,
    octets,
    records,
    faults,
    ends,
    broken,
    seconds,
  } = summary;
  const rows = Object.entries({ worlds, connectionHours, connections, attempts, messages, octets, seconds });
  const failures = broken.flatMap(({ seed, faults: found }) =>
    found.map(
      ({ who, what }) => `<li>seed ${escaped(seed)}, ${escaped(who)}: <code>${escaped(what)}</code></li>`,
    ),
  );
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Simulation</title>
<style>body{font:15px/1.5 system-ui,sans-serif;margin:32px;max-width:60em}svg{font:13px system-ui,sans-serif}td{padding-right:2em}
@media (prefers-color-scheme:dark){body{background:#161616;color:#ddd}svg text{fill:#ddd}}</style></head><body>
<h1>Simulation, profile ${escaped(summary.profile)}</h1>
<table>${rows.map(([name, value]) => `<tr><td>${escaped(name)}</td><td>${value.toLocaleString('en')}</td></tr>`).join('')}</table>
<p>Bars are as long as the square root of their number.</p>
${bars('Faults', faults)}${bars('Records of outboxes', records)}${bars('How connections ended', ends)}
<h2>Invariants</h2>${failures.length === 0 ? '<p>None was broken.</p>' : `<ul>${failures.join('')}</ul>`}
</body></html>
`;
}
