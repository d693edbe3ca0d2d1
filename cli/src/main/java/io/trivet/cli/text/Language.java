package io.trivet.cli.text;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What messages and helps are written in. JSON, logs and manual pages are English always; so are
 * numbers, sizes and times.
 */
public enum Language {
    ENGLISH("en", ", ", "; "),
    CHINESE("zh", "，", "；");

    public static final String OPTION = "--lang";

    /** The language as the launcher found it, who may set another locale for the sake of file names. */
    public static final String LOCALE_PROPERTY = "trivet.locale";

    /** In the order of POSIX: the first that is not empty counts. */
    private static final List<String> VARIABLES = List.of("LC_ALL", "LC_MESSAGES", "LANG");

    /** Where Chinese is written in the other script. */
    private static final Set<String> TRADITIONAL = Set.of("TW", "HK", "MO", "HANT");

    private final String code;
    private final String comma;
    private final String semicolon;

    Language(String code, String comma, String semicolon) {
        this.code = code;
        this.comma = comma;
        this.semicolon = semicolon;
    }

    /** As it is written behind {@code --lang}. */
    static Optional<Language> named(String code) {
        return Arrays.stream(values())
                .filter(language -> language.code.equals(code))
                .findFirst();
    }

    /** What the environment asks for. */
    public static Language ofEnvironment(Map<String, String> environment) {
        return VARIABLES.stream()
                .map(variable -> environment.getOrDefault(variable, ""))
                .filter(locale -> !locale.isEmpty())
                .findFirst()
                .map(Language::ofLocale)
                .orElse(ENGLISH);
    }

    /**
     * That of a locale like {@code zh_CN.UTF-8}. Output is UTF-8: a terminal that reads something
     * else gets English, which is the same in all of them.
     */
    public static Language ofLocale(String locale) {
        String[] parts = locale.replaceFirst("@.*", "").split("\\.", 2);
        List<String> words = List.of(parts[0].toUpperCase(Locale.ROOT).split("[_-]"));
        boolean readable = parts.length == 1 || parts[1].replace("-", "").equalsIgnoreCase("utf8");
        return words.getFirst().equals("ZH") && words.stream().noneMatch(TRADITIONAL::contains) && readable
                ? CHINESE
                : ENGLISH;
    }

    /**
     * What {@code --lang} asks for, wherever it stands: before anything else is read, for that may
     * be wrong and has to be told.
     */
    public static Optional<Language> ofArguments(String... arguments) {
        List<String> words =
                Arrays.stream(arguments).takeWhile(word -> !word.equals("--")).toList();
        for (int i = 0; i < words.size(); i++) {
            String word = words.get(i);
            if (word.equals(OPTION) && i + 1 < words.size()) {
                return named(words.get(i + 1));
            }
            if (word.startsWith(OPTION + "=")) {
                return named(word.substring(OPTION.length() + 1));
            }
        }
        return Optional.empty();
    }

    String code() {
        return code;
    }

    String comma() {
        return comma;
    }

    String semicolon() {
        return semicolon;
    }

    /** A sentence that a command says. */
    String sentence(String english) {
        return this == ENGLISH ? english : Chinese.SENTENCES.translation(english);
    }

    /** A line of a help. */
    public String help(String english) {
        return this == ENGLISH ? english : Chinese.HELP.translation(english);
    }

    /**
     * What the system, the client or a node says: a text that is known only as a whole, or a
     * refusal as it is written.
     */
    String told(String english) {
        if (this == ENGLISH) {
            return english;
        }
        return Optional.ofNullable(Chinese.SYSTEM.translations().get(english))
                .or(() -> Chinese.TOLD.matched(english, this::told))
                .or(() -> RefusalText.read(english).map(refusal -> refusal.in(this)))
                .orElse(english);
    }

    /** Read when the first of it is said, and never for English. */
    private static final class Chinese {
        static final TextCatalogue SENTENCES = TextCatalogue.read("zh/sentences.txt");
        static final TextCatalogue HELP = TextCatalogue.read("zh/help.txt");
        static final TextCatalogue SYSTEM = TextCatalogue.read("zh/system.txt");
        static final TextCatalogue TOLD = TextCatalogue.read("zh/told.txt");

        private Chinese() {}
    }
}
