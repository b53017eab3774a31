import { Component } from "@angular/core";
import { RouterLink, RouterOutlet } from "@angular/router";

@Component({
  selector: "app-root",
  imports: [RouterLink, RouterOutlet],
  template: `
    <nav><a routerLink="/">home</a> <a routerLink="/dyn/7">dynamic</a> <a routerLink="/about">about</a> <a routerLink="/form">form</a></nav>
    <img src="/pic.png" width="64" height="64" alt="">
    <router-outlet />
  `,
})
export class App {}
