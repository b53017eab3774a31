import { Component, signal } from "@angular/core";
import { FormAction } from "@analogjs/router";

@Component({
  imports: [FormAction],
  template: `
    <h1>ANALOG-FORM</h1>
    <form method="post" (onSuccess)="saved.set($any($event))"><input name="x"><button>go</button></form>
    <output>{{ saved() }}</output>
  `,
})
export default class Form {
  saved = signal("");
}
