package io.trivet.cli.shell;

import io.trivet.cli.remote.RemoteName;
import io.trivet.cli.text.VisibleText;
import io.trivet.client.TrivetClient;
import io.trivet.model.NameEntry;
import io.trivet.model.RemotePath;
import io.trivet.model.TrivetException;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jline.reader.Candidate;
import org.jline.reader.Completer;
import org.jline.reader.LineReader;
import org.jline.reader.ParsedLine;
import picocli.CommandLine;

/**
 * Completes commands, their options, and local and remote names, depending on the position in the
 * line.
 */
final class ShellCompletion implements Completer {
    /** More names do not help, and a directory may contain millions. */
    static final int MAX_NAMES = 500;

    private static final int MAX_LOOKED_AT = 20_000;

    private final CommandLine commands;
    private final TrivetClient client;
    private final Path directory;

    ShellCompletion(CommandLine commands, TrivetClient client, Path directory) {
        this.commands = commands;
        this.client = client;
        this.directory = directory;
    }

    @Override
    public void complete(LineReader reader, ParsedLine line, List<Candidate> candidates) {
        String word = line.word().substring(0, line.wordCursor());
        for (String offer : offers(line.words().subList(0, line.wordIndex()), word)) {
            boolean whole = !offer.endsWith("/");
            candidates.add(new Candidate(offer, offer, null, null, null, null, whole));
        }
    }

    /**
     * The completions of {@code word} after the words before it; names of directories end with a
     * slash.
     */
    Set<String> offers(List<String> before, String word) {
        if (before.isEmpty()) {
            return startingWith(word, commandNames());
        }
        CommandLine command = commands.getSubcommands().get(before.getFirst());
        if (command == null) {
            return Set.of();
        }
        if (word.startsWith("-")) {
            return startingWith(word, command.getCommandSpec().optionsMap().keySet());
        }
        boolean first = before.stream().skip(1).allMatch(earlier -> earlier.startsWith("-"));
        if (first && !command.getSubcommands().isEmpty()) {
            return startingWith(word, command.getSubcommands().keySet());
        }
        return switch (before.getFirst()) {
            case "sum" -> before.contains("-l") || before.contains("--local") ? local(word) : inCluster(word);
            case "save" -> first || !word.startsWith("/") ? local(word) : both(word);
            case "sync" -> both(word);
            case "load" -> first ? inCluster(word) : both(word);
            default -> inCluster(word);
        };
    }

    private List<String> commandNames() {
        List<String> names = new ArrayList<>(commands.getSubcommands().keySet());
        names.addAll(List.of("help", "exit"));
        return names;
    }

    private static Set<String> startingWith(String word, Iterable<String> names) {
        Set<String> fitting = new TreeSet<>();
        names.forEach(name -> {
            if (name.startsWith(word)) {
                fitting.add(name);
            }
        });
        return fitting;
    }

    private Set<String> both(String word) {
        Set<String> both = new TreeSet<>(local(word));
        both.addAll(inCluster(word));
        return both;
    }

    private Set<String> inCluster(String word) {
        String above = word.substring(0, word.lastIndexOf('/') + 1);
        Names names = new Names(word);
        try {
            RemotePath parent = above.isEmpty() ? RemotePath.ROOT : RemoteName.path(above);
            for (NameEntry nameEntry : client.list(parent)) {
                if (!names.offer(above + nameEntry.name() + (nameEntry instanceof NameEntry.Directory ? "/" : ""))) {
                    break;
                }
            }
        } catch (TrivetException e) {
            return names.found; // no such directory, or no node answers: nothing to offer
        }
        return names.found;
    }

    private Set<String> local(String word) {
        String above = word.substring(0, word.lastIndexOf('/') + 1);
        Names names = new Names(word);
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory.resolve(above))) {
            for (Path entry : entries) {
                if (!names.offer(above + entry.getFileName() + (Files.isDirectory(entry) ? "/" : ""))) {
                    break;
                }
            }
        } catch (IOException | DirectoryIteratorException | InvalidPathException e) {
            return names.found; // an unreadable directory: nothing to offer
        }
        return names.found;
    }

    /** Collects names that begin with the word, up to the limits. */
    private static final class Names {
        private final Set<String> found = new TreeSet<>();
        private final String word;
        private int lookedAt;

        Names(String word) {
            this.word = word;
        }

        /**
         * False when there are enough. A name with control characters is not offered, because it
         * cannot be typed.
         */
        boolean offer(String name) {
            boolean hidden =
                    name.substring(name.lastIndexOf('/', name.length() - 2) + 1).startsWith(".");
            boolean wanted =
                    !hidden || word.substring(word.lastIndexOf('/') + 1).startsWith(".");
            if (wanted && name.startsWith(word) && VisibleText.of(name).equals(name)) {
                found.add(name);
            }
            return ++lookedAt < MAX_LOOKED_AT && found.size() < MAX_NAMES;
        }
    }
}
