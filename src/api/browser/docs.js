// the description of the API, as a page; nothing of it is asked of anybody else
const place = document.getElementById("docs");
window.SwaggerUIBundle({
  domNode: place,
  url: place.dataset.description,
  validatorUrl: null,
  deepLinking: true,
  docExpansion: "list",
});
