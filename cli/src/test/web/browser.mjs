// Uses the console as a person does, in a real browser, headless. Prints "ok NAME" for each thing that was done and seen;
// ends with 1 at the first that is not as it should be.
//
// Environment: MODULES (a directory in which axe-core and playwright-core are installed), BROWSER (the program),
// LINKS (links that log in once, between blanks), WORK (an empty directory).

import { createHash, randomBytes } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import assert from "node:assert/strict";

const modules = createRequire(join(process.env.MODULES, "x.js"));
const { chromium } = modules("playwright-core");
const axe = readFileSync(modules.resolve("axe-core/axe.min.js"), "utf8");
const links = process.env.LINKS.split(" ");
const origin = links[0].replace(/#.*/, "");
const work = process.env.WORK;
const PAGES = ["overview", "nodes", "layout", "files", "trash", "users", "activity"];
const LIMIT = 60_000;

const browser = await chromium.launch({
  executablePath: process.env.BROWSER,
  args: ["--no-sandbox", "--disable-background-networking", "--disable-component-update", "--no-first-run"],
});

const complaints = [];

async function open(options = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: "en-US", ...options });
  context.setDefaultTimeout(LIMIT);
  const page = await context.newPage();
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("console", (message) => {
    if (message.type() === "error" && !message.text().startsWith("Failed to load resource")) {
      complaints.push(message.text());
    }
  });
  page.on("dialog", (dialog) => {
    complaints.push(`a dialog of the browser: ${dialog.message()}`);
    dialog.dismiss();
  });
  return page;
}

async function login(page, link) {
  await page.goto(link);
  await page.waitForSelector("nav");
}

async function go(page, name) {
  await page.goto(`${origin}#/${name}`);
  await page.waitForSelector("main h1");
}

function done(name) {
  console.log(`ok ${name}`);
}

async function said(page, text) {
  await page.locator(".toast", { hasText: text }).first().waitFor();
}

function sum(bytes) {
  return createHash("sha256").update(bytes).digest("hex");
}

try {
  const page = await open();

  await page.goto(`${origin}#login=${"A".repeat(75)}`);
  await page.getByText("this link was used already, or is too old").waitFor();
  assert.equal(await page.locator("nav").count(), 0);
  done("a wrong link is refused");

  await page.goto("about:blank");
  await login(page, links[0]);
  await page.locator(".truth.good .sentence", { hasText: /^Everything is stored on 2 nodes, checked / }).waitFor();
  assert.equal(page.url(), `${origin}#/overview`);
  done("a link logs in, and does not stay in the address");

  const other = await open();
  await other.goto(links[0]);
  await other.getByText("this link was used already").waitFor();
  await other.context().close();
  done("a used link is refused");

  const before = await page.locator("#truth .sentence").textContent();
  await page.waitForFunction((text) => document.querySelector("#truth .sentence")?.textContent !== text, before);
  done("the overview goes on by itself");

  await page.reload();
  await page.locator(".truth.good").waitFor();
  done("a page that is loaded again is still logged in");

  const content = randomBytes(Number(process.env.UPLOAD_BYTES ?? 40_000_000));
  const film = join(work, "film 1 & 2 ü.bin");
  writeFileSync(film, content);
  await go(page, "files");
  await page.locator("input[type=file]").setInputFiles(film);
  await said(page, "Saved /film 1 & 2 ü.bin.");
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: "Download film 1 & 2 ü.bin" }).click(),
  ]);
  assert.equal(download.suggestedFilename(), "film 1 & 2 ü.bin");
  assert.equal(sum(readFileSync(await download.path())), sum(content));
  done("what is uploaded comes back the same");

  await page.locator("input[type=file]").setInputFiles(film);
  await page.getByRole("heading", { name: "Replace?" }).waitFor();
  await page.getByRole("button", { name: "Cancel" }).click();
  done("an upload asks before it replaces");

  const evil = ["<img src=x onerror=window.hacked=1>.txt", "evil\u202efdp.exe", `${"x".repeat(251)}.txt`];
  for (const name of evil) {
    writeFileSync(join(work, "evil"), `<script>window.hacked = 1</script>\n${name}`);
    await page.locator("input[type=file]").setInputFiles({ name, mimeType: "text/html", buffer: readFileSync(join(work, "evil")) });
    await said(page, "Saved /");
    await page.locator(".toast").first().waitFor({ state: "detached" });
  }
  await page.getByRole("button", { name: evil[0], exact: true }).click();
  await page.locator("dialog pre", { hasText: "<script>window.hacked = 1</script>" }).waitFor();
  await page.getByText("Every chunk is on 2 nodes now.").waitFor();
  assert.match(await page.locator("dialog").innerText(), /CRC32C\s+[0-9a-f]{8}\s+SHA-256\s+[0-9a-f]{64}/);
  await page.getByRole("button", { name: "Close" }).click();
  assert.equal(await page.getByRole("button", { name: "evil\\u202efdp.exe", exact: true }).count(), 1);
  assert.equal(await page.evaluate(() => window.hacked), undefined);
  assert.equal(await page.locator("main img").count(), 0);
  done("names and contents that would be script are text");

  await page.getByRole("button", { name: "New directory" }).click();
  await page.locator("dialog input").fill("pictures");
  await page.getByRole("button", { name: "Make" }).click();
  await page.getByRole("link", { name: "pictures" }).click();
  await page.getByText("Nothing is here.").waitFor();
  const picture = Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==", "base64");
  await page.locator("input[type=file]").setInputFiles({ name: "dot.png", mimeType: "image/png", buffer: picture });
  await said(page, "Saved /pictures/dot.png.");
  await page.getByRole("button", { name: "dot.png", exact: true }).click();
  await page.waitForFunction(() => document.querySelector("dialog img")?.naturalWidth === 1);
  await page.getByRole("button", { name: "Close" }).click();
  done("a picture is shown");

  await page.getByRole("button", { name: "Remove dot.png" }).click();
  await page.locator("dialog").getByRole("button", { name: "Remove" }).click();
  await said(page, "Removed /pictures/dot.png.");
  await go(page, "trash");
  await page.getByRole("button", { name: "Restore /pictures/dot.png" }).last().click();
  await page.locator("dialog").getByRole("button", { name: "Restore" }).click();
  await said(page, "Restored /pictures/dot.png.");
  await go(page, "files/pictures");
  await page.getByRole("button", { name: "dot.png", exact: true }).waitFor();
  done("what was removed is restored from the trash");

  await go(page, "users");
  await page.getByRole("button", { name: "Grant", exact: true }).click();
  await page.getByLabel("user or group").selectOption("reader");
  await page.getByLabel("at this path and below").fill("/pictures");
  await page.locator("dialog").getByRole("button", { name: "Grant" }).click();
  await page.getByRole("button", { name: "Revoke what reader may at /pictures" }).click();
  await page.locator("dialog").getByRole("button", { name: "Revoke" }).click();
  await page.getByRole("button", { name: "Revoke what reader may at /pictures" }).waitFor({ state: "detached" });
  await go(page, "activity");
  await page.getByText("reader may read list at /pictures and below").first().waitFor();
  done("a right is granted and revoked");

  await go(page, "nodes");
  await page.getByRole("button", { name: "Drain" }).first().click();
  await page.locator("dialog pre", { hasText: /layout \d+ -> \d+/ }).waitFor();
  await page.keyboard.press("Escape");
  await page.locator("dialog").waitFor({ state: "detached" });
  done("the plan of a drain is shown first");

  await go(page, "overview");
  await page.reload();
  await page.locator(".truth.good").waitFor();
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement.textContent), "To the content");
  await page.keyboard.press("Enter");
  assert.equal(await page.evaluate(() => document.activeElement.id), "main");
  done("the keyboard comes to the content at once");

  await page.getByLabel("Language").selectOption("zh");
  await page.getByRole("heading", { name: "概览" }).waitFor();
  assert.match(await page.locator("#truth .sentence").textContent(), /\p{Script=Han}/u);
  assert.equal(await page.getAttribute("html", "lang"), "zh-CN");
  await page.getByLabel("语言").selectOption("en");
  await page.getByRole("heading", { name: "Overview" }).waitFor();
  done("the pages speak Chinese");

  await page.getByRole("button", { name: "Log out" }).click();
  await page.getByText("You are logged out.").waitFor();
  await page.goto(`${origin}#/users`);
  await page.reload();
  await page.getByText("trivet console --link").waitFor();
  assert.equal(await page.locator("nav").count(), 0);
  await page.context().close();
  done("after logging out nothing is shown");

  let link = 1;
  for (const colorScheme of ["light", "dark"]) {
    for (const width of [390, 1024, 1920]) {
      // What is tested here is the page: the policy that would keep the tester out is tested elsewhere.
      const tested = await open({ viewport: { width, height: 900 }, colorScheme, bypassCSP: true });
      await login(tested, links[link++]);
      for (const name of PAGES) {
        await go(tested, name);
        await tested.waitForTimeout(700);
        assert.doesNotMatch(await tested.locator("body").innerText(), /\[object|undefined|NaN/, name);
        const overflow = await tested.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
        assert.ok(overflow <= 0, `${name} is ${overflow} pixels wider than ${width}`);
        await tested.evaluate(axe);
        const { violations } = await tested.evaluate(() => window.axe.run());
        const serious = violations.filter((each) => ["serious", "critical"].includes(each.impact));
        assert.deepEqual(serious.map((each) => `${each.id}: ${each.nodes.map((node) => node.html).join(" ")}`), [], `${name} ${width} ${colorScheme}`);
      }
      await tested.context().close();
      done(`${width} pixels, ${colorScheme}: no serious fault`);
    }
  }

  assert.deepEqual(complaints, []);
  done("the browser complained of nothing");
} catch (failure) {
  console.error(failure);
  process.exitCode = 1;
} finally {
  await browser.close();
}
