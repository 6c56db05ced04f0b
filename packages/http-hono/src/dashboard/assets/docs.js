// Shows the API's own document. The reader is Swagger UI, served from here.

const reader = document.getElementById('reader');
const dark = matchMedia('(prefers-color-scheme: dark)');
const followScheme = () => document.documentElement.classList.toggle('dark-mode', dark.matches);

followScheme();
dark.addEventListener('change', followScheme);
SwaggerUIBundle({
  url: reader.dataset.url,
  domNode: reader,
  deepLinking: true,
  docExpansion: 'list',
  defaultModelsExpandDepth: 0,
  displayRequestDuration: true,
  // A key belongs to the session of whoever typed it.
  persistAuthorization: false,
  validatorUrl: null,
  // The page has a main part already.
  onComplete: () => reader.querySelector('main')?.setAttribute('role', 'none'),
});
