package io.trivet.cli.terminal;

import io.trivet.cli.text.Text;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Refuses a command with words, a current directory or variables that are not UTF-8. Java converts
 * them to text before any code runs, with the same mark for every invalid byte, so that one name
 * would become another.
 */
public final class Utf8ArgumentCheck {
    private static final Path COMMAND_LINE = Path.of("/proc/self/cmdline");
    private static final Path CURRENT_DIRECTORY = Path.of("/proc/self/cwd");
    private static final List<String> VARIABLES = List.of(
            "HOME",
            "XDG_CONFIG_HOME",
            "XDG_STATE_HOME",
            "XDG_RUNTIME_DIR",
            "TRIVET_CONFIG",
            "TRIVET_CLUSTER",
            "TMPDIR");

    private Utf8ArgumentCheck() {}

    /** The reason to refuse the command, if any. */
    public static Optional<Text> refusal(Map<String, String> environment, String... arguments) {
        return word(arguments).or(Utf8ArgumentCheck::currentDirectory).or(() -> variable(environment));
    }

    private static Optional<Text> word(String... arguments) {
        if (Arrays.stream(arguments).noneMatch(Utf8ArgumentCheck::isMarked)) {
            return Optional.empty();
        }
        List<byte[]> words = wordsOfProcess();
        if (words.size() < arguments.length) {
            return Arrays.stream(arguments)
                    .filter(Utf8ArgumentCheck::isMarked)
                    .findFirst()
                    .map(Utf8ArgumentCheck::noText);
        }
        return words.subList(words.size() - arguments.length, words.size()).stream()
                .filter(word -> !isText(word))
                .findFirst()
                .map(word -> noText(LocalNames.visible(word)));
    }

    /** The words as bytes, each ended by a zero; none if the system does not provide them. */
    private static List<byte[]> wordsOfProcess() {
        List<byte[]> words = new ArrayList<>();
        try {
            byte[] all = Files.readAllBytes(COMMAND_LINE);
            int begin = 0;
            for (int at = 0; at < all.length; at++) {
                if (all[at] == 0) {
                    words.add(Arrays.copyOfRange(all, begin, at));
                    begin = at + 1;
                }
            }
            return words;
        } catch (IOException _) {
            return List.of();
        }
    }

    private static Optional<Text> currentDirectory() {
        String directory = System.getProperty("user.dir", "");
        if (!isMarked(directory)) {
            return Optional.empty();
        }
        try {
            Path path = Files.readSymbolicLink(CURRENT_DIRECTORY);
            return path.equals(Path.of(path.toString()))
                    ? Optional.empty()
                    : Optional.of(Text.of(
                            "the current directory, {0}, has a name that is not valid UTF-8: go to another one",
                            LocalNames.visible(path)));
        } catch (IOException _) {
            return Optional.of(noText(directory));
        }
    }

    private static Optional<Text> variable(Map<String, String> environment) {
        return VARIABLES.stream()
                .filter(name -> isMarked(environment.getOrDefault(name, "")))
                .findFirst()
                .map(name -> Text.of("the value of {0} is not valid UTF-8", name));
    }

    private static Text noText(String word) {
        return Text.of("{0}: its name is not valid UTF-8, as names in a cluster are: rename it", word);
    }

    private static boolean isMarked(String text) {
        return text.indexOf(LocalNames.MARK) >= 0;
    }

    private static boolean isText(byte[] bytes) {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
            return true;
        } catch (CharacterCodingException _) {
            return false;
        }
    }
}
