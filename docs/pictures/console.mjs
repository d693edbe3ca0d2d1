// Called by make-console: takes the pictures. VICTIM is the process of a node, which is killed for the last one.

import { createRequire } from "node:module";
import { join } from "node:path";

const { chromium } = createRequire(join(process.env.MODULES, "x.js"))("playwright-core");
const origin = process.env.LINK.replace(/#.*/, "");
const browser = await chromium.launch({ executablePath: process.env.BROWSER, args: ["--no-sandbox", "--disable-background-networking"] });
try {
  const context = await browser.newContext({ viewport: { width: 1180, height: 720 }, locale: "en-US", colorScheme: "light" });
  const page = await context.newPage();
  await page.goto(process.env.LINK);
  await page.locator(".truth.good").waitFor({ timeout: 120_000 });
  await page.screenshot({ path: join(process.env.OUT, "console-overview.png") });
  await page.goto(`${origin}#/files/documents`);
  await page.getByRole("button", { name: "visitors.csv", exact: true }).click();
  await page.locator("dialog pre").waitFor();
  await page.waitForTimeout(500);
  await page.screenshot({ path: join(process.env.OUT, "console-files.png") });
  await page.getByRole("button", { name: "Close" }).click();
  await page.emulateMedia({ colorScheme: "dark" });
  await page.goto(`${origin}#/overview`);
  process.kill(Number(process.env.VICTIM), "SIGKILL");
  await page.locator(".truth.warn", { hasText: /other nodes take over its chunks in/ }).waitFor({ timeout: 60_000 });
  await page.waitForTimeout(6000);
  await page.screenshot({ path: join(process.env.OUT, "console-degraded.png") });
} finally {
  await browser.close();
}
