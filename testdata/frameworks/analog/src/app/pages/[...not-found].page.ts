import { Component } from "@angular/core";
import { injectResponse } from "@analogjs/router/tokens";

@Component({ template: `<h1>ANALOG-404</h1>` })
export default class NotFound {
  constructor() {
    const response = injectResponse();
    if (response) response.statusCode = 404;
  }
}
