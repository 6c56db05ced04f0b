import { readFileSync } from 'node:fs';

const l = JSON.parse(readFileSync(process.argv[2] || 'package-lock.json', 'utf8')).packages;
let n = 0;
for (const [p, v] of Object.entries(l))
  for (const o of Object.keys(v.optionalDependencies || {})) {
    let base = p,
      ok = false;
    for (;;) {
      if (l[`${base ? `${base}/` : ''}node_modules/${o}`]) {
        ok = true;
        break;
      }
      if (!base) break;
      const i = base.lastIndexOf('/node_modules/');
      base = i < 0 ? '' : base.slice(0, i);
    }
    if (!ok) {
      n++;
      console.log(`${p}@${v.version} lacks optional ${o}@${v.optionalDependencies[o]}`);
    }
  }
console.log('missing', n);
