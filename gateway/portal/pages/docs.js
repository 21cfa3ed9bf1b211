// The reference page: the library shows what this server describes of itself.
const reference = document.getElementById("reference");

fetch("/openapi.json").then((answer) => answer.json()).then((description) => {
  // Requests go to the address this page came from; the browser allows no other.
  description.servers = [{ url: location.origin }];
  SwaggerUIBundle({
    spec: description,
    domNode: reference,
    deepLinking: true,
    docExpansion: "list",
    defaultModelsExpandDepth: -1,
    supportedSubmitMethods: reference.dataset.try === "true" ? ["get", "post"] : [],
    validatorUrl: null, // nothing is sent anywhere else
  });
});
