package io.trivet.cli;

import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code trivet completion}. */
@Command(
        name = "completion",
        sortOptions = false,
        header = "Prints what teaches your shell to complete trivet's commands and options.",
        description = {
            "",
            "  bash  trivet completion bash > ~/.local/share/bash-completion/completions/trivet",
            "  zsh   trivet completion zsh > ~/.zfunc/_trivet      (a directory of fpath)",
            "  fish  trivet completion fish > ~/.config/fish/completions/trivet.fish",
            ""
        })
final class CompletionCommand implements Callable<Integer> {
    /** As it is written. */
    enum Shell {
        bash,
        zsh,
        fish
    }

    private final Console console;

    @Parameters(index = "0", paramLabel = "bash|zsh|fish", description = "Which shell.")
    Shell shell = Shell.bash;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help and exit.")
    boolean help;

    @Spec
    @Nullable
    CommandSpec spec;

    CompletionCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        CommandLine root = java.util.Objects.requireNonNull(spec).root().commandLine();
        console.out()
                .text()
                .print(
                        switch (shell) {
                            case bash -> AutoComplete.bash("trivet", root);
                            case zsh ->
                                "#compdef trivet\nautoload -U +X bashcompinit && bashcompinit\n"
                                        + AutoComplete.bash("trivet", root);
                            case fish -> fish(root);
                        });
        return Program.DONE;
    }

    /** A line for each command and option; one below another only where its parent was typed. */
    private String fish(CommandLine root) {
        StringBuilder script = new StringBuilder("# fish completion of trivet\n");
        root.getSubcommands().forEach((name, command) -> {
            if (!command.getCommandSpec().usageMessage().hidden()) {
                script.append("complete -c trivet -n __fish_use_subcommand -f -a ")
                        .append(name)
                        .append(" -d ")
                        .append(told(header(command.getCommandSpec())))
                        .append('\n');
                fish(name, command, script);
            }
        });
        return script.toString();
    }

    private void fish(String name, CommandLine command, StringBuilder script) {
        String condition = " -n '__fish_seen_subcommand_from " + name + "'";
        command.getSubcommands()
                .forEach((below, spec) -> script.append("complete -c trivet")
                        .append(condition)
                        .append(" -f -a ")
                        .append(below)
                        .append(" -d ")
                        .append(told(header(spec.getCommandSpec())))
                        .append('\n'));
        for (OptionSpec option : command.getCommandSpec().options()) {
            script.append("complete -c trivet").append(condition);
            for (String written : option.names()) {
                script.append(written.startsWith("--") ? " -l " : " -s ").append(written.replaceFirst("^--?", ""));
            }
            script.append(takesValue(option) ? " -r" : "")
                    .append(" -d ")
                    .append(told(String.join(" ", option.description())))
                    .append('\n');
        }
    }

    private static boolean takesValue(ArgSpec argument) {
        return argument.arity().max() > 0;
    }

    static String header(CommandSpec spec) {
        String[] header = spec.usageMessage().header();
        return header.length == 0 ? "" : header[0];
    }

    /** In the language of whoever asks for the script, quoted. */
    private String told(String english) {
        return "'" + console.language().help(english).replace("\\", "\\\\").replace("'", "\\'") + "'";
    }
}
