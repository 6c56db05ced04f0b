// Keeps a page of the dashboard up to date. Without it every page works, and shows how things were when it was asked for.

const base = document.documentElement.dataset.base ?? '';
const STALE_MS = 5000;
const RECONNECT_MS = 2000;
const REFRESH_MS = 5000;
// A session ends after 15 minutes without a request; an open page is use.
const RENEW_MS = 240_000;

const indicator = document.getElementById('live');
const banner = document.getElementById('stale');
const announcer = document.getElementById('announcer');

let heardAt = 0;
let changes = -1;
let fetchedAt = Date.now();
let isFetching = false;
let source;

function show(connection) {
  if (indicator === null || indicator.dataset.connection === connection) return;
  indicator.dataset.connection = connection;
  indicator.textContent = connection;
  banner.hidden = connection !== 'stale';
  document.body.classList.toggle('is-stale', connection === 'stale');
}

function connect() {
  source?.close();
  const span = document.getElementById('charts')?.dataset.span;
  source = new EventSource(`${base}/dashboard/live${span === undefined ? '' : `?span=${span}`}`);
  source.addEventListener('state', (event) => {
    heardAt = Date.now();
    show('live');
    heard(JSON.parse(event.data));
  });
  source.addEventListener('error', () => {
    show('stale');
    if (source.readyState === EventSource.CLOSED) setTimeout(reconnect, RECONNECT_MS);
  });
}

// An event source says nothing of why it was refused; the page itself does, and leads to the login where it has to.
async function reconnect() {
  try {
    const answer = await fetch(`${base}/dashboard/live`, { method: 'HEAD' });
    if (answer.status === 401) {
      location.reload();
      return;
    }
  } catch {
    // Nobody is there: connecting will fail, and be tried again.
  }
  connect();
}

function heard(state) {
  document.dispatchEvent(new CustomEvent('state', { detail: state }));
  const pushed = document.querySelector('[data-live="pushed"]');
  if (pushed !== null) replace(pushed, state.html);
  disable('start', !state.mayStart);
  const isDue = state.changes !== changes || Date.now() - fetchedAt > REFRESH_MS;
  if (isDue && document.querySelector('[data-live="fetched"]') !== null) void refresh(state.changes);
}

function disable(id, isDisabled) {
  document.getElementById(id)?.setAttribute('aria-disabled', String(isDisabled));
}

async function refresh(seen) {
  if (isFetching) return;
  isFetching = true;
  try {
    const answer = await fetch(location.href, { headers: { accept: 'text/html' } });
    if (!answer.ok || answer.redirected) return;
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
    for (const region of document.querySelectorAll('[data-live="fetched"]')) {
      const fresh = page.getElementById(region.id);
      if (fresh === null) continue;
      announce(region, fresh);
      replace(region, fresh.innerHTML);
    }
    changes = seen;
    fetchedAt = Date.now();
  } catch {
    // The connection tells the user.
  } finally {
    isFetching = false;
  }
}

function announce(region, fresh) {
  const { announce: now } = fresh.dataset;
  if (now === undefined || now === region.dataset.announce) return;
  region.dataset.announce = now;
  announcer.textContent = `The message is now ${now}`;
}

// Two digits each: with a zone and no more said, Swedish writes an hour as 0 and not as 00.
const CLOCK = { hour: '2-digit', minute: '2-digit', second: '2-digit', timeZoneName: 'short' };

// Pages come with times of UTC.
function localize(root) {
  for (const time of root.querySelectorAll('time')) {
    const at = new Date(time.dateTime);
    const day = at.toLocaleDateString('sv');
    time.textContent = `${day} ${at.toLocaleTimeString('sv', CLOCK)}`;
  }
}

const shown = new WeakMap();

/** Keeps what the user has opened, and where the keyboard is. */
function replace(region, html) {
  if (shown.get(region) === html) return;
  shown.set(region, html);
  const focused = region.contains(document.activeElement) ? document.activeElement.id : '';
  const opened = [...region.querySelectorAll('details[open]')].map(({ id }) => id);
  const scrolled = region.querySelector('.scroll')?.scrollLeft ?? 0;
  region.innerHTML = html;
  localize(region);
  for (const id of opened) document.getElementById(id)?.setAttribute('open', '');
  if (focused !== '') document.getElementById(focused)?.focus({ preventScroll: true });
  const scroller = region.querySelector('.scroll');
  if (scroller !== null) scroller.scrollLeft = scrolled;
}

// A button that makes no sense now stays readable and reachable, and does nothing.
document.addEventListener('submit', (event) => {
  if (event.submitter?.getAttribute('aria-disabled') === 'true') event.preventDefault();
});

// A connection may be lost without a word.
setInterval(() => {
  if (heardAt > 0 && Date.now() - heardAt > STALE_MS) show('stale');
}, 500);

localize(document);
if (indicator !== null) {
  connect();
  setInterval(() => {
    if (source.readyState === EventSource.OPEN) connect();
  }, RENEW_MS);
}
