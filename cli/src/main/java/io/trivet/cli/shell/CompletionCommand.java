package io.trivet.cli.shell;

import io.trivet.cli.terminal.Console;
import io.trivet.cli.text.ExitCode;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code trivet completion}. */
@Command(
        name = "completion",
        sortOptions = false,
        header = "Prints a shell completion script for trivet's commands and options.",
        description = {
            "",
            "  bash  trivet completion bash > ~/.local/share/bash-completion/completions/trivet",
            "  zsh   trivet completion zsh > ~/.zfunc/_trivet      (a directory of fpath)",
            "  fish  trivet completion fish > ~/.config/fish/completions/trivet.fish",
            ""
        })
public final class CompletionCommand implements Callable<Integer> {
    /** As written on the command line. */
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

    public CompletionCommand(Console console) {
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
                            case zsh -> zsh(root);
                            case fish -> new FishCompletion(console.language()::help).script(root);
                        });
        return ExitCode.DONE;
    }

    /**
     * The script for bash and zsh, without its side effects on a user's zsh: an alias, which would
     * not be expanded in the same file, and a setting. If zsh loads it because the key was pressed,
     * it completes at once.
     */
    private static String zsh(CommandLine root) {
        return "#compdef trivet\nautoload -U +X bashcompinit && bashcompinit\n"
                + AutoComplete.bash("trivet", root)
                        .replaceAll("(?m)^ *(setopt COMPLETE_ALIASES|alias compopt=.*)\n", "")
                + "\n[[ ${funcstack[1]} != _trivet ]] || _bash_complete -o default -F _complete_trivet\n";
    }

    public static String header(CommandSpec spec) {
        String[] header = spec.usageMessage().header();
        return header.length == 0 ? "" : header[0];
    }
}
