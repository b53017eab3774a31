import { Component } from "@angular/core";

@Component({ template: `<h1>ANALOG-ABOUT</h1>` })
export default class About {}
