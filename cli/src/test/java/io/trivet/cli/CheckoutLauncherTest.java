package io.trivet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** When {@code ./trivet} builds, and what it says meanwhile; with a Maven and a Java that only say that they ran. */
final class CheckoutLauncherTest {
    private static final List<String> MODULES = List.of("client", "node", "gateway", "mount", "cli");

    @TempDir
    Path directory;

    private Path checkout;

    private record Run(int code, String out, String err) {}

    @BeforeEach
    void make() throws IOException {
        checkout = directory.resolve("checkout");
        Files.createDirectories(checkout.resolve("cli/src/main/sh"));
        Files.createDirectories(checkout.resolve(".mvn"));
        Files.copy(Path.of("../trivet"), checkout.resolve("trivet"));
        Files.copy(Path.of("src/main/sh/start.sh"), checkout.resolve("cli/src/main/sh/start.sh"));
        Files.writeString(checkout.resolve("pom.xml"), "<project/>");
        for (String module : MODULES) {
            Path sources = Files.createDirectories(checkout.resolve(module).resolve("src/main/java"));
            Files.writeString(sources.resolve("Source.java"), "class Source {}");
            Files.writeString(checkout.resolve(module).resolve("pom.xml"), "<project/>");
        }
        Path java = Files.createDirectories(directory.resolve("jdk/bin")).resolve("java");
        Files.writeString(java, "#!/bin/sh\necho runs\n");
        Files.writeString(checkout.resolve(".mvn/find-jdk.sh"), "find_jdk() { JAVA_HOME=$FAKE_JDK; }\n");
        Files.writeString(checkout.resolve("mvnw"), """
                #!/bin/sh
                echo built >>builds
                echo "[INFO] Building Trivet client 1                 [1/4]"
                sleep 2
                [ ! -e broken ] || { echo "[ERROR] a mistake"; exit 1; }
                mkdir -p cli/target/lib
                : >cli/target/lib/some.jar
                for module in client node gateway mount cli; do
                  mkdir -p $module/target
                  echo jar >$module/target/trivet-$module-1.jar
                done
                """);
        for (Path program : List.of(checkout.resolve("trivet"), checkout.resolve("mvnw"), java)) {
            assertThat(program.toFile().setExecutable(true)).isTrue();
        }
    }

    private Run run(Path place) throws IOException, InterruptedException {
        Path err = directory.resolve("err");
        ProcessBuilder launcher =
                new ProcessBuilder(place.resolve("trivet").toString(), "ls").redirectError(err.toFile());
        launcher.environment().remove("TRIVET_JAVA_HOME");
        launcher.environment().put("FAKE_JDK", directory.resolve("jdk").toString());
        Process process = launcher.start();
        process.getOutputStream().close();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Run(process.waitFor(), out, Files.readString(err));
    }

    private static int builds(Path place) throws IOException {
        return Files.readAllLines(place.resolve("builds")).size();
    }

    @Test
    void theFirstRunBuildsAndSaysWhatItIsAt() throws IOException, InterruptedException {
        Run first = run(checkout);
        assertThat(first.code()).as(first.err()).isZero();
        assertThat(first.out()).isEqualTo("runs\n");
        assertThat(first.err())
                .startsWith("building Trivet: client, node, gateway, mount, cli.")
                .containsPattern("\n  \\d+ s: client\n")
                .containsPattern("\n  \\d+ s: done\n");
        Run second = run(checkout);
        assertThat(second.out()).isEqualTo("runs\n");
        assertThat(second.err()).isEmpty();
        assertThat(builds(checkout)).isEqualTo(1);
    }

    @Test
    void whoComesSecondSaysThatItWaitsForTheFirst() throws Exception {
        ProcessBuilder launcher =
                new ProcessBuilder(checkout.resolve("trivet").toString(), "ls").redirectErrorStream(true);
        launcher.environment().remove("TRIVET_JAVA_HOME");
        launcher.environment().put("FAKE_JDK", directory.resolve("jdk").toString());
        Process first = launcher.start();
        first.getOutputStream().close();
        Path log = checkout.resolve("builds");
        while (!Files.exists(log)) {
            Thread.sleep(10);
        }
        Run second = run(checkout);
        assertThat(second.err()).isEqualTo("waiting: another ./trivet builds\n");
        assertThat(second.out()).isEqualTo("runs\n");
        assertThat(new String(first.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .endsWith("runs\n");
        assertThat(builds(checkout)).isEqualTo(1);
    }

    /** {@code cp -r} gives every file a new time. */
    @Test
    void whatHasOnlyANewTimeIsNotBuiltAgain() throws IOException, InterruptedException {
        run(checkout);
        Path copy = directory.resolve("copy");
        assertThat(new ProcessBuilder("cp", "-r", checkout.toString(), copy.toString())
                        .start()
                        .waitFor())
                .isZero();
        Path source = copy.resolve("client/src/main/java/Source.java");
        Files.setLastModifiedTime(source, FileTime.from(Instant.now().plusSeconds(60)));
        Run copied = run(copy);
        assertThat(copied.out()).isEqualTo("runs\n");
        assertThat(copied.err()).isEmpty();
        assertThat(builds(copy)).isEqualTo(1);

        Files.writeString(source, "class Source { int changed; }");
        Files.setLastModifiedTime(source, FileTime.from(Instant.now().plusSeconds(60)));
        assertThat(run(copy).err()).startsWith("building Trivet");
        assertThat(builds(copy)).isEqualTo(2);
    }

    @Test
    void aBuildThatFailedSaysWhyAndIsTriedAgain() throws IOException, InterruptedException {
        Path broken = Files.createFile(checkout.resolve("broken"));
        Run failed = run(checkout);
        assertThat(failed.code()).isEqualTo(1);
        assertThat(failed.out()).isEmpty();
        assertThat(failed.err()).contains("[ERROR] a mistake", "the build failed; the lines above say why");
        Files.delete(broken);
        assertThat(run(checkout).out()).isEqualTo("runs\n");
        assertThat(builds(checkout)).isEqualTo(2);
    }
}
