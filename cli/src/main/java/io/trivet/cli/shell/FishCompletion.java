package io.trivet.cli.shell;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/**
 * Generates a completion script for fish: a line for each command, option and choice, with the
 * commands before it as its condition. Files are offered where a command takes local files.
 *
 * @param told translates the English description of a command or option
 */
record FishCompletion(UnaryOperator<String> told) {
    private static final String HEAD = """
            # fish completion of trivet
            function __trivet_words # those typed so far that are commands and what they work on
                set -l value no
                for word in (commandline -opc)[2..-1]
                    if test $value = yes
                        set value no
                    else if contains -- $word --cluster --lang
                        set value yes
                    else if not string match -q -- '-*' $word
                        echo $word
                    end
                end
            end
            function __trivet_at # whether they begin so
                set -l words (__trivet_words)
                set -l count (count $argv)
                test (count $words) -ge $count; and test "$words[1..$count]" = "$argv"
            end
            function __trivet_only # whether they are just these
                set -l words (__trivet_words)
                test "$words" = "$argv"
            end
            complete -c trivet -f
            """;

    String script(CommandLine root) {
        StringBuilder script = new StringBuilder(HEAD);
        options(root, "__trivet_only", script);
        below(root, List.of(), script);
        return script.toString();
    }

    private void below(CommandLine command, List<String> words, StringBuilder script) {
        command.getSubcommands().forEach((name, below) -> {
            CommandSpec spec = below.getCommandSpec();
            if (!spec.usageMessage().hidden()) {
                line(script, condition("__trivet_only", words)).append(" -a ").append(name);
                described(script, CompletionCommand.header(spec));
                List<String> deeper = new ArrayList<>(words);
                deeper.add(name);
                String here = condition("__trivet_at", deeper);
                options(below, here, script);
                positionals(spec, here, script);
                below(below, deeper, script);
            }
        });
    }

    private static String condition(String function, List<String> words) {
        return words.isEmpty() ? function : "'" + function + " " + String.join(" ", words) + "'";
    }

    private void options(CommandLine command, String condition, StringBuilder script) {
        for (OptionSpec option : command.getCommandSpec().options()) {
            line(script, condition);
            for (String written : option.names()) {
                script.append(written.startsWith("--") ? " -l " : " -s ").append(written.replaceFirst("^--?", ""));
            }
            if (option.arity().max() > 0) {
                script.append(
                        isChoice(option) ? " -x -a '" + choice(option) + "'" : takesFile(option) ? " -rF" : " -x");
            }
            described(script, String.join(" ", option.description()));
        }
    }

    private static void positionals(CommandSpec spec, String condition, StringBuilder script) {
        for (PositionalParamSpec parameter : spec.positionalParameters()) {
            if (takesFile(parameter)) {
                line(script, condition).append(" -F\n");
            } else if (isChoice(parameter)) {
                line(script, condition)
                        .append(" -a '")
                        .append(choice(parameter))
                        .append("'\n");
            }
        }
    }

    private static StringBuilder line(StringBuilder script, String condition) {
        return script.append("complete -c trivet -n ").append(condition);
    }

    private void described(StringBuilder script, String english) {
        String text = told.apply(english).replace("\\", "\\\\").replace("'", "\\'");
        script.append(" -d '").append(text).append("'\n");
    }

    /** A choice of words, such as {@code on|off}. */
    private static boolean isChoice(ArgSpec argument) {
        return argument.paramLabel().matches("[a-z]+(\\|[a-z]+)+");
    }

    private static String choice(ArgSpec argument) {
        return argument.paramLabel().replace('|', ' ');
    }

    /** Remote paths are called PATH. */
    private static boolean takesFile(ArgSpec argument) {
        return argument.paramLabel().matches(".*\\b(FILE|DIR|SRC)\\b.*");
    }
}
