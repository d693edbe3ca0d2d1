package io.trivet.cli.text;

import io.trivet.client.FileFailure;
import io.trivet.model.Refusal;
import io.trivet.model.TrivetException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.UnknownHostException;
import java.nio.charset.MalformedInputException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.OverwrittenOptionException;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** The one line that says what failed, which object it concerns, and what to do. */
public final class ErrorMessage {
    private static final String WRONG_USAGE = "WRONG_USAGE";

    private ErrorMessage() {}

    public static Text about(Throwable failure) {
        return switch (failure) {
            case ExplainedFailure explainedFailure -> explainedFailure.text();
            case TrivetException refused -> RefusalText.of(refused.refusal());
            case UncheckedIOException wrapped -> about(Objects.requireNonNull(wrapped.getCause()));
            case ParameterException mistake -> about(mistake);
            case InvalidPathException path ->
                Text.of("{0}: not a name that this system can hold: {1}", path.getInput(), Text.told(path.getReason()));
            case IOException environment -> about(environment);
            case OutOfMemoryError _ ->
                Text.of("out of memory: give the program more, for example TRIVET_JAVA_OPTS=-Xmx512m");
            default -> Text.of("internal error: {0} (TRIVET_DEBUG=1 shows where)", failure);
        };
    }

    /**
     * A failure for programs: {@code {"error":{"kind":"NO_SUCH_FILE","message":"..."}}}; the kinds
     * are those of {@link Refusal.Kind} and four more.
     */
    public static Json json(Throwable failure) {
        return error(kindOf(failure), about(failure));
    }

    /** The same for arguments that are invalid. */
    public static Json wrongUsage(Text what) {
        return error(WRONG_USAGE, what);
    }

    private static Json error(String kind, Text message) {
        return new Json().put("error", new Json().put("kind", kind).put("message", message.toString()));
    }

    private static String kindOf(Throwable failure) {
        return switch (failure) {
            case TrivetException refused -> refused.kind().name();
            case UncheckedIOException wrapped -> kindOf(Objects.requireNonNull(wrapped.getCause()));
            case NoSuchFileException _ -> Refusal.Kind.NO_SUCH_FILE.name();
            case AccessDeniedException _ -> Refusal.Kind.DENIED.name();
            case FileAlreadyExistsException _ -> Refusal.Kind.ALREADY_EXISTS.name();
            case WrongUsage _, ParameterException _ -> WRONG_USAGE;
            case ChangedMeanwhile _ -> Refusal.Kind.CONDITION_FAILED.name();
            case CommandFailure _ -> "FAILED";
            case IOException _ -> "LOCAL_IO";
            default -> "BUG";
        };
    }

    /**
     * Only the cause of a failure, translated if possible, for callers that name the object
     * themselves.
     */
    public static Text reason(Throwable failure) {
        return failure instanceof ExplainedFailure explainedFailure
                ? explainedFailure.text()
                : told(
                        failure.getMessage() == null
                                ? null
                                : failure.getMessage().lines().findFirst().orElse(""));
    }

    private static Text about(IOException failure) {
        return switch (failure) {
            case NoSuchFileException missing -> Text.of("{0}: no such file or directory", missing.getFile());
            case AccessDeniedException denied -> Text.of("{0}: permission denied", denied.getFile());
            case FileAlreadyExistsException there
            when there.getReason() == null -> Text.of("{0}: already exists", there.getFile());
            case NotDirectoryException file -> Text.of("{0}: is not a directory", file.getFile());
            case DirectoryNotEmptyException full -> Text.of("{0}: directory is not empty", full.getFile());
            case FileSystemLoopException loop -> Text.of("{0}: symbolic links lead in a circle", loop.getFile());
            case MalformedInputException _ -> Text.of("what was read is not valid UTF-8");
            case UnknownHostException unknown ->
                Text.of("{0}: no address is known for this name", told(unknown.getMessage()));
            case FileSystemException named
            when named.getFile() != null -> Text.of("{0}: {1}", named.getFile(), ofFile(named));
            case BindException bind ->
                Text.of("{0}: another program listens there: choose another port", told(bind.getMessage()));
            default -> told(failure.getMessage()); // without a file that could be at fault
        };
    }

    /** The cause, if it is known; otherwise the text of the program or the system. */
    private static Text ofFile(FileSystemException failure) {
        FileFailure cause = FileFailure.of(failure);
        return cause == FileFailure.OTHER || cause.sentence(failure).isEmpty()
                ? told(failure.getReason())
                : Text.told(cause.sentence(failure));
    }

    /** A word of the command line that the parser cannot place. */
    private static Text about(ParameterException mistake) {
        return switch (mistake) {
            case UnmatchedArgumentException unmatched -> unmatched(unmatched);
            case MissingParameterException missing ->
                Text.of(
                        "{0} is missing",
                        Text.list(missing.getMissing().stream()
                                .map(ErrorMessage::label)
                                .toList()));
            case OverwrittenOptionException twice -> Text.of("{0} is given twice", label(twice.getOverwritten()));
            default -> value(mistake);
        };
    }

    /**
     * The first word that looks like an unknown option: a better reason if the parser reports
     * something else as missing.
     */
    public static Optional<Text> unknownOption(CommandLine command, String... words) {
        for (String word : words) {
            if (word.equals("--")) {
                return Optional.empty();
            }
            String name = word.startsWith("--") ? word.split("=", 2)[0] : word;
            boolean looksSo = word.length() > 1 && word.startsWith("-");
            if (looksSo && !isOption(command, name)) {
                return Optional.of(noOption(command, name));
            }
        }
        return Optional.empty();
    }

    /** One word may contain several short options. */
    private static boolean isOption(CommandLine command, String name) {
        Map<String, OptionSpec> options = command.getCommandSpec().optionsMap();
        return options.containsKey(name) || (!name.startsWith("--") && options.containsKey(name.substring(0, 2)));
    }

    private static Text unmatched(UnmatchedArgumentException unmatched) {
        String word = unmatched.getUnmatched().getFirst();
        CommandLine command = unmatched.getCommandLine();
        if (unmatched.isUnknownOption()) {
            return noOption(command, word);
        }
        if (command.getSubcommands().isEmpty()) {
            return Text.of("unexpected argument: {0}", word);
        }
        return DidYouMean.nearest(word, command.getSubcommands().keySet())
                .map(near -> Text.of("no command {0}: did you mean {1}?", word, near))
                .orElseGet(() -> Text.of("no command {0}", word));
    }

    private static Text noOption(CommandLine command, String name) {
        return DidYouMean.nearest(name, command.getCommandSpec().optionsMap().keySet())
                .map(near -> Text.of("no option {0}: did you mean {1}?", name, near))
                .orElseGet(() -> Text.of("no option {0}", name));
    }

    private static Text value(ParameterException mistake) {
        ArgSpec argument = mistake.getArgSpec();
        if (argument == null) {
            return reason(mistake);
        }
        if (mistake.getCause() instanceof ExplainedFailure explainedFailure) {
            return Text.of("{0}: {1}", label(argument), explainedFailure.text());
        }
        return mistake.getValue() == null
                ? Text.of("{0} is missing", label(argument))
                : Text.of("{0} is not a value for {1}", mistake.getValue(), label(argument));
    }

    private static String label(ArgSpec argument) {
        return argument instanceof OptionSpec option
                ? option.longestName() + (option.arity().max() > 0 ? " " + option.paramLabel() : "")
                : argument.paramLabel();
    }

    private static Text told(@Nullable String said) {
        return said == null ? Text.of("failed without a reason (TRIVET_DEBUG=1 shows where)") : Text.told(said);
    }
}
