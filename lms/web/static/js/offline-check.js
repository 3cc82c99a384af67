// Checks a certificate's signature without a server. Reads what lms/core/certificates/signed.py writes.
'use strict';
const facts = JSON.parse(document.getElementById('facts').textContent);
const HEAD = 69; // version, four bytes of the key's id, r and s

const bytesOf = digits => {
  let hex = BigInt(digits).toString(16);
  if (hex.length % 2) hex = '0' + hex;
  return Uint8Array.from(hex.match(/../g), pair => parseInt(pair, 16));
};

const verifies = async (key, message, signature) => {
  const jwk = { kty: 'EC', crv: 'P-256', x: key.x, y: key.y };
  const made = await crypto.subtle.importKey('jwk', jwk, { name: 'ECDSA', namedCurve: 'P-256' }, false, ['verify']);
  return crypto.subtle.verify({ name: 'ECDSA', hash: 'SHA-256' }, made, signature, message);
};

const check = async text => {
  const found = text.replace(/\s/g, '').match(/\d{160,2400}/);
  if (!found) return null;
  const raw = bytesOf(found[0]);
  if (raw.length <= HEAD || raw[0] !== 1) return null;
  const id = Array.from(raw.slice(1, 5), byte => byte.toString(16).padStart(2, '0')).join('');
  const said = raw.slice(HEAD);
  const prefix = new TextEncoder().encode('lms-certificate\n');
  const message = new Uint8Array(prefix.length + said.length);
  message.set(prefix);
  message.set(said, prefix.length);
  const keys = facts.keys.filter(key => key.id === id);
  let outcome = keys.length ? 'altered' : 'unknown_key';
  for (const key of keys) {
    if (await verifies(key, message, raw.slice(5, HEAD))) outcome = key.withdrawn ? 'withdrawn' : 'valid';
  }
  return { outcome, values: new TextDecoder().decode(said).split('\n') };
};

const readable = value => {
  const day = value.match(/^(\d{4})(\d\d)(\d\d)$/);
  return day ? facts.day.replace('{year}', day[1]).replace('{month}', Number(day[2])).replace('{day}', Number(day[3])) : value;
};

const show = result => {
  const verdict = document.getElementById('verdict');
  const list = document.getElementById('values');
  list.replaceChildren();
  verdict.className = result && result.outcome === 'valid' ? 'good' : 'bad';
  verdict.textContent = result ? facts.outcomes[result.outcome] : facts.nothing;
  document.getElementById('after').hidden = !(result && result.outcome === 'valid');
  if (!result || result.outcome !== 'valid') return;
  facts.fields.forEach((name, place) => {
    if (!facts.labels[name] || !result.values[place]) return;
    const term = document.createElement('dt');
    const value = document.createElement('dd');
    term.textContent = facts.labels[name];
    value.textContent = readable(result.values[place]);
    list.append(term, value);
  });
  if (result.values[facts.fields.indexOf('sample')]) verdict.textContent += facts.sample;
};

const checkText = async () => show(await check(document.getElementById('text').value));

document.getElementById('form').addEventListener('submit', event => {
  event.preventDefault();
  checkText();
});
document.getElementById('file').addEventListener('change', async event => {
  const file = event.target.files[0];
  if (!file) return;
  const text = new TextDecoder('latin1').decode(await file.arrayBuffer());
  const found = new Set(Array.from(text.matchAll(/lms1:(\d{160,2400})/g), match => match[1]));
  document.getElementById('text').value = found.size === 1 ? [...found][0] : '';
  checkText();
});
