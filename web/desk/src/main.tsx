import { render } from "preact";
import { desk } from "./desk";
import { speak } from "./texts";
import { showTheme } from "./theme";
import { App } from "./views/app";

showTheme();
speak();
render(<App />, document.getElementById("desk")!);
void desk.start();
