import { Component } from "@angular/core";
import { toSignal } from "@angular/core/rxjs-interop";
import { injectLoad } from "@analogjs/router";
import { load } from "./[id].server";

@Component({ template: `<h1>ANALOG-DYN-{{ data()?.id }}</h1>` })
export default class Dynamic {
  data = toSignal(injectLoad<typeof load>());
}
