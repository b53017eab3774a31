import { Component } from "@angular/core";
import { toSignal } from "@angular/core/rxjs-interop";
import { injectLoad } from "@analogjs/router";
import { load } from "./(home).server";

@Component({ template: `<h1>ANALOG-HOME {{ data()?.text }}</h1>` })
export default class Home {
  data = toSignal(injectLoad<typeof load>());
}
