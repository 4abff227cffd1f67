/** `check`: is the configuration well? Offline; with `--live` the destinations are asked, with `--test` its tests run. */

import { basename, dirname, join } from "node:path";
import type { Config } from "../../config/checked-config.ts";
import { faultsToJson, renderFaults } from "../../config/faults/render.ts";
import { readTestFiles } from "../../config/own-tests/config-tests.ts";
import { renderTestReport, runConfigTests, type TestReport } from "../../config/own-tests/run-config-tests.ts";
import { type Places, placesIn } from "../../config/yaml/place.ts";
import { dotted } from "../../config/yaml/tree.ts";
import { destinationOf } from "../../delivery/destination.ts";
import type { AgainstReport } from "../../operations/against/against.ts";
import { againstAsJson, isFaulty } from "../../operations/against/report.ts";
import { checkConfiguration } from "../../operations/checks/configuration.ts";
import { type CheckFinding, findingsAsJson, isBad, type PlaceOf } from "../../operations/checks/finding.ts";
import { originsBy } from "../../operations/origins.ts";
import { type Cli, onErr } from "../cli.ts";
import { define } from "../define.ts";
import { EXIT, type ExitCode } from "../io.ts";
import { renderFindings } from "../terminal/findings.ts";
import { againstText } from "./against-text.ts";
import { type AgainstChoice, addAgainstOptions, againstStore, insistOnAgainst } from "./check-against.ts";
import { type AnswerChoice, addAnswerOptions, checkAnswer, insistOnAnswer } from "./check-answer.ts";
import { fixOutdated, showFixed } from "./check-fix.ts";

interface CheckOptions extends AgainstChoice, AnswerChoice {
  readonly live?: true;
  readonly test?: true;
  readonly fix?: true;
}

export function addCheck(cli: Cli): void {
  const named = cli.program
    .command("check")
    .description("Look whether the configuration is well: every fault at once, with what to do.")
    .option("--live", "also ask each destination, the disk and the clock; changes nothing")
    .option("--test", "also run the tests beside the configuration: tests/*.yaml")
    .option("--fix", "first give settings that were renamed their new names in the file; all else in it stays");
  const command = addAnswerOptions(addAgainstOptions(named));
  define(command, cli, {
    goesBy: "configuration",
    json: true,
    examples: [
      ["check", "offline, in a moment"],
      ["check --live", "do the tokens work, do the properties exist over there?"],
      ["check --fix", "after an update: put the new names of settings into the file"],
      ["check --test", "does every connector still send what the tests expect?"],
      [`check --answer 200 '{"ok":true}' --connector loyalty`, "which rule would such an answer meet?"],
      ["check --against 24h", "what would this file have done with the events of the last day? sends nothing"],
    ],
    exits: {
      0: "all is well, perhaps with warnings",
      1: "something is not well, or an event of --against would be faulty; what it is stands above",
      3: "the store, whose events --against reads, could not be reached",
    },
    act: (options: CheckOptions) => check(cli, options),
  });
}

async function check(cli: Cli, options: CheckOptions): Promise<ExitCode> {
  insistOnAgainst(options);
  insistOnAnswer(options);
  const fixed = options.fix && (await fixOutdated(cli));
  if (fixed !== undefined && !options.json) showFixed(cli, fixed);
  const inJson = fixed && { fixed };
  const loaded = await cli.load();
  if (!loaded.ok) {
    const faults = faultsToJson(loaded.faults);
    if (options.json) cli.sayJson({ ok: false, file: cli.configFile(), ...inJson, faults });
    else cli.complain(inWords(cli, loaded.faults));
    return EXIT.notWell;
  }
  const { config } = loaded;
  if (options.answer !== undefined) return checkAnswer(cli, config, options);
  const placeOf = placer(cli.configFile(), await placesIn(config.file));
  const { env, version } = cli.io;
  const findings = await checkConfiguration(config, { placeOf, env, version, live: options.live === true });
  const report = options.test ? await runTests(cli, config, options.live === true) : undefined;
  const against = options.against === undefined ? undefined : await againstStore(cli, config, options, options.against);
  if (against === null) return stopped(cli);
  const areTestsWell = report === undefined || (report.ok && report.results.length > 0);
  const ok = !isBad(findings) && areTestsWell && (against === undefined || !isFaulty(against));
  const seen = { config, findings, report, against, ok };
  cli.show(
    options,
    () => ({ ...asJson(cli, seen), ...inJson }),
    () => show(cli, seen),
  );
  return ok ? EXIT.ok : EXIT.notWell;
}

function stopped(cli: Cli): ExitCode {
  cli.complain("Stopped. Nothing was sent, and nothing was changed.");
  return EXIT.notWell;
}

/** Their files are named as the configuration was given. */
async function runTests(cli: Cli, config: Config, live: boolean): Promise<TestReport> {
  const files = await readTestFiles(config.file);
  const folder = dirname(cli.configFile());
  const named = files.map(({ file, text }) => ({ file: join(folder, "tests", basename(file)), text }));
  // a store that cannot be looked into is told of with the findings
  const { originOf } = await originsBy(config, live);
  return runConfigTests(config, named, originOf);
}

function inWords({ io }: Cli, faults: Parameters<typeof renderFaults>[0]): string {
  const words = renderFaults(faults, onErr(io));
  const errors = faults.filter(({ severity }) => severity === "error").length;
  return errors < 2 ? words : `${words}\n${errors} faults`;
}

/** A place as people read it; the setting alone where the file does not say it. */
function placer(file: string, places: Places): PlaceOf {
  return (path) => {
    const place = places(path);
    return `${file}${place === undefined ? "" : `:${place.line}:${place.column}`} ${dotted(path)}`;
  };
}

/** All that was looked at. */
interface Checked {
  readonly config: Config;
  readonly findings: readonly CheckFinding[];
  /** Of the tests beside the configuration, where they were asked for. */
  readonly report: TestReport | undefined;
  /** What the file would have done with stored events, where that was asked for. */
  readonly against: AgainstReport | undefined;
  readonly ok: boolean;
}

function show(cli: Cli, { config, findings, report, against, ok }: Checked): void {
  const { paint, say } = cli;
  if (config.warnings.length > 0) cli.complain(inWords(cli, config.warnings));
  if (findings.length > 0) say(renderFindings(findings, paint));
  if (report !== undefined) showTests(cli, report);
  if (against !== undefined) say(againstText(against, paint));
  const names = config.connectors.map(
    ({ name, type, common }) => `${name} (${type.type}${common.enabled ? "" : ", off"})`,
  );
  const what = names.length === 0 ? "no connectors" : names.join(", ");
  if (ok) say(`${paint.green("✓")} ${cli.configFile()} is well: ${what}`);
  else say(`${paint.red("✗")} not everything is well`);
}

function showTests({ say, complain, io, paint }: Cli, report: TestReport): void {
  if (report.faults.length > 0) complain(renderFaults(report.faults, onErr(io)));
  if (report.results.length > 0) say(renderTestReport(report, { colour: paint.isColorSupported }));
  else if (report.faults.length === 0) say(NO_TESTS);
}

const NO_TESTS = `There are no tests beside the configuration. One would be, in tests/first.yaml:
  tests:
    - name: an unsubscribe reaches the partner
      callback: { user_id: jared, official_account: "@TOA#_news" }
      expect: { partner: sent }`;

function asJson(cli: Cli, { config, findings, report, against, ok }: Checked): Record<string, unknown> {
  const connectors = config.connectors.map((connector) => ({
    name: connector.name,
    type: connector.type.type,
    destination: destinationOf(connector),
    enabled: connector.common.enabled,
  }));
  return {
    ok,
    file: cli.configFile(),
    connectors,
    faults: faultsToJson(config.warnings),
    findings: findingsAsJson(findings),
    ...(against !== undefined && { against: againstAsJson(against) }),
    ...(report !== undefined && { tests: { results: report.results, faults: faultsToJson(report.faults) } }),
  };
}
