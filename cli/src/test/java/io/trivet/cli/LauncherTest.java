package io.trivet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The arguments that the launcher passes to Java. */
final class LauncherTest {
    @TempDir
    Path directory;

    /** Runs the launcher with these redirections, and a Java that says how it finds its streams. */
    private String streams(String redirections) throws IOException, InterruptedException {
        Path java = Files.createDirectories(directory.resolve("bin")).resolve("java");
        Path found = directory.resolve("found");
        Files.writeString(java, """
                #!/bin/sh
                gap=
                for stream in 0 1 2; do [ -e /dev/fd/$stream ] || gap=" gap"; done
                cat >/dev/null 2>&1 && in=read || in=refused
                (echo x >&1) 2>/dev/null && out=written || out=refused
                (echo x >&2) && err=written || err=refused
                echo "$in $out $err$gap" >"$FOUND"
                """);
        assertThat(java.toFile().setExecutable(true)).isTrue();
        ProcessBuilder launcher = new ProcessBuilder(
                "sh", "-c", "(. src/main/sh/start.sh; start_trivet jars engines ls) " + redirections);
        launcher.environment().put("JAVA_HOME", directory.toString());
        launcher.environment().put("FOUND", found.toString());
        Process process = launcher.redirectErrorStream(true).start();
        process.getOutputStream().close();
        process.getInputStream().readAllBytes();
        process.waitFor();
        return Files.readString(found, StandardCharsets.UTF_8).strip();
    }

    /** What the locale is to Java, which is found here under this one, and what it is to the messages. */
    private String locales(Map<String, String> environment) throws IOException, InterruptedException {
        Path bin = Files.createDirectories(directory.resolve("bin"));
        Path found = directory.resolve("found");
        Files.writeString(bin.resolve("java"), """
                #!/bin/sh
                for word in "$@"; do case $word in -Dtrivet.locale=*) told=${word#*=} ;; esac; done
                echo "all=${LC_ALL:-} type=${LC_CTYPE:-} messages=${LC_MESSAGES:-} told=$told" >"$FOUND"
                """);
        // Says of every locale that it has Unicode, installed or not.
        Files.writeString(bin.resolve("locale"), "#!/bin/sh\necho UTF-8\n");
        assertThat(bin.resolve("java").toFile().setExecutable(true)).isTrue();
        assertThat(bin.resolve("locale").toFile().setExecutable(true)).isTrue();
        ProcessBuilder launcher =
                new ProcessBuilder("sh", "-c", ". src/main/sh/start.sh; start_trivet jars engines ls");
        launcher.environment().keySet().removeIf(name -> name.startsWith("LC_") || name.equals("LANG"));
        launcher.environment().putAll(environment);
        launcher.environment().put("JAVA_HOME", directory.toString());
        launcher.environment().put("FOUND", found.toString());
        launcher.environment().merge("PATH", bin.toString(), (path, first) -> first + ":" + path);
        Process process = launcher.redirectErrorStream(true).start();
        process.getOutputStream().close();
        process.getInputStream().readAllBytes();
        process.waitFor();
        return Files.readString(found, StandardCharsets.UTF_8).strip();
    }

    /**
     * Java hands on what the system says of a failure, in its language: a full disk was not known
     * for one where that is German.
     */
    @Test
    void failuresAreSaidInEnglishWhateverTheLanguage() throws IOException, InterruptedException {
        assertThat(locales(Map.of("LC_ALL", "de_DE.UTF-8")))
                .isEqualTo("all= type=de_DE.UTF-8 messages=C told=de_DE.UTF-8");
        assertThat(locales(Map.of("LANG", "zh_CN.UTF-8", "LC_MESSAGES", "fr_FR.UTF-8")))
                .isEqualTo("all= type=zh_CN.UTF-8 messages=C told=fr_FR.UTF-8");
        assertThat(locales(Map.of("LANG", "zh_CN.UTF-8", "LC_CTYPE", "de_DE.UTF-8")))
                .isEqualTo("all= type=de_DE.UTF-8 messages=C told=zh_CN.UTF-8");
    }

    /** Else Java's own files would be in their places: a save of standard input saved its library of classes. */
    @Test
    void aStreamThatIsClosedIsNoFileOfJava() throws IOException, InterruptedException {
        assertThat(streams("")).isEqualTo("read written written");
        assertThat(streams("<&-")).isEqualTo("refused written written");
        assertThat(streams(">&-")).isEqualTo("read refused written");
        assertThat(streams("<&- >&- 2>&-")).isEqualTo("refused refused refused");
    }

    /** The options of Java for a command, where there is a native library for this machine. */
    private String options(Map<String, String> environment, String command) throws IOException, InterruptedException {
        Path bin = Files.createDirectories(directory.resolve("bin"));
        Path found = directory.resolve("found");
        Files.writeString(bin.resolve("java"), "#!/bin/sh\necho \"$*\" >\"$FOUND\"\n");
        Files.writeString(bin.resolve("uname"), "#!/bin/sh\necho machine\n");
        assertThat(bin.resolve("java").toFile().setExecutable(true)).isTrue();
        assertThat(bin.resolve("uname").toFile().setExecutable(true)).isTrue();
        Path library = Files.createDirectories(directory.resolve("native/machine"));
        Files.write(library.resolve("libamazonCorrettoCryptoProvider.so"), new byte[0]);
        ProcessBuilder launcher = new ProcessBuilder(
                "sh", "-c", "trivet_native=$NATIVE; . src/main/sh/start.sh; start_trivet jars engines " + command);
        launcher.environment().remove("TRIVET_CRYPTO");
        launcher.environment().put("NATIVE", directory.resolve("native").toString());
        launcher.environment().putAll(environment);
        launcher.environment().put("JAVA_HOME", directory.toString());
        launcher.environment().put("FOUND", found.toString());
        launcher.environment().merge("PATH", bin.toString(), (path, first) -> first + ":" + path);
        Process process = launcher.redirectErrorStream(true).start();
        process.getOutputStream().close();
        process.getInputStream().readAllBytes();
        process.waitFor();
        return Files.readString(found, StandardCharsets.UTF_8).strip();
    }

    /** The quick compiler alone would take many times as long with Java's own ciphers. */
    @Test
    void transfersHaveTheQuickCompilerOnlyWithNativeCiphers() throws IOException, InterruptedException {
        String library = "-Dtrivet.crypto=" + directory.resolve("native/machine");
        assertThat(options(Map.of(), "save")).contains(library, "-XX:TieredStopAtLevel=1");
        assertThat(options(Map.of("TRIVET_CRYPTO", "jdk"), "save"))
                .doesNotContain("trivet.crypto", "TieredStopAtLevel");
        assertThat(options(Map.of("NATIVE", directory.resolve("none").toString()), "load"))
                .doesNotContain("trivet.crypto", "TieredStopAtLevel");
        assertThat(options(Map.of(), "node")).contains(library).doesNotContain("TieredStopAtLevel");
        assertThat(options(Map.of(), "ls")).doesNotContain("trivet.crypto");
    }

    /** Half of what the JDK takes, for each of a thousand connections of strangers. */
    @Test
    void aNodeTakesNoLongHandshakeMessages() throws IOException, InterruptedException {
        assertThat(options(Map.of(), "node")).contains("-Djdk.tls.maxHandshakeMessageSize=16384");
    }
}
