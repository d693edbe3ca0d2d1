package io.trivet.cli;

import io.trivet.model.TrivetException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.util.Objects;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.OverwrittenOptionException;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** The one line that says what failed, which, and what to do. */
final class Complaint {
    private Complaint() {}

    static Text about(Throwable failure) {
        return switch (failure) {
            case Explained explained -> explained.text();
            case TrivetException refused -> RefusalText.of(refused.refusal());
            case UncheckedIOException wrapped -> about(Objects.requireNonNull(wrapped.getCause()));
            case ParameterException mistake -> about(mistake);
            case InvalidPathException path ->
                Text.of("{0}: not a name that this system can hold: {1}", path.getInput(), Text.told(path.getReason()));
            case IOException environment -> about(environment);
            case OutOfMemoryError _ ->
                Text.of("out of memory: give the program more, for example TRIVET_JAVA_OPTS=-Xmx512m");
            default -> Text.of("this should not happen: {0} (TRIVET_DEBUG=1 shows where)", failure);
        };
    }

    /** Only the message of a failure, translated if it can be: whoever asks knows what it is about. */
    static Text reason(Throwable failure) {
        return failure instanceof Explained explained
                ? explained.text()
                : Text.told(message(failure).lines().findFirst().orElse(""));
    }

    private static Text about(IOException failure) {
        return switch (failure) {
            case NoSuchFileException missing -> Text.of("{0}: no such file or directory", missing.getFile());
            case AccessDeniedException denied -> Text.of("{0}: permission denied", denied.getFile());
            case FileSystemException named
            when named.getFile() != null ->
                Text.of(
                        "{0}: {1}",
                        named.getFile(), Text.told(named.getReason() == null ? kind(named) : named.getReason()));
            case BindException bind ->
                Text.of("{0}: another program listens there: choose another port", Text.told(message(bind)));
            default -> Text.told(message(failure));
        };
    }

    /** A word of the command line that the parser cannot place. */
    private static Text about(ParameterException mistake) {
        return switch (mistake) {
            case UnmatchedArgumentException unmatched -> unmatched(unmatched);
            case MissingParameterException missing ->
                Text.of(
                        "{0} is missing",
                        Text.list(missing.getMissing().stream()
                                .map(Complaint::label)
                                .toList()));
            case OverwrittenOptionException twice -> Text.of("{0} is there twice", label(twice.getOverwritten()));
            default -> value(mistake);
        };
    }

    private static Text unmatched(UnmatchedArgumentException unmatched) {
        String word = unmatched.getUnmatched().getFirst();
        if (unmatched.isUnknownOption()) {
            return Text.of("no option {0}", word);
        }
        return unmatched.getCommandLine().getSubcommands().isEmpty()
                ? Text.of("one word too many: {0}", word)
                : Text.of("no command {0}", word);
    }

    private static Text value(ParameterException mistake) {
        ArgSpec argument = mistake.getArgSpec();
        if (argument == null) {
            return reason(mistake);
        }
        if (mistake.getCause() instanceof Explained explained) {
            return Text.of("{0}: {1}", label(argument), explained.text());
        }
        return mistake.getValue() == null
                ? Text.of("{0} is missing", label(argument))
                : Text.of("{0} is no value for {1}", mistake.getValue(), label(argument));
    }

    private static String label(ArgSpec argument) {
        return argument instanceof OptionSpec option
                ? option.longestName() + (option.arity().max() > 0 ? " " + option.paramLabel() : "")
                : argument.paramLabel();
    }

    private static String message(Throwable failure) {
        return failure.getMessage() == null ? kind(failure) : failure.getMessage();
    }

    private static String kind(Throwable failure) {
        return failure.getClass().getSimpleName();
    }
}
