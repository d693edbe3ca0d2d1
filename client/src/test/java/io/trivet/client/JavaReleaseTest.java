package io.trivet.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.trivet.message.WireMessages;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The library runs in programs on Java 21 (docs/decisions/0218). */
class JavaReleaseTest {
    private static final int OF_JAVA_21 = 65;

    /** The compiler checks with {@code --release 21} that they use nothing that came later. */
    @Test
    void everyClassFileOfTheLibraryIsForJava21() throws Exception {
        Path classes = Path.of(TrivetClient.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        List<Path> files;
        try (Stream<Path> all = Files.walk(classes)) {
            files = all.filter(each -> each.toString().endsWith(".class")).toList();
        }
        Map<Path, Integer> others = new TreeMap<>();
        for (Path file : files) {
            int version = version(file);
            if (version != OF_JAVA_21) {
                others.put(classes.relativize(file), version);
            }
        }
        assertThat(others).isEmpty();
        assertThat(files)
                .contains(
                        classes.resolve(TrivetClient.class.getName().replace('.', '/') + ".class"),
                        classes.resolve(WireMessages.class.getName().replace('.', '/') + ".class"));
    }

    private static int version(Path file) throws IOException {
        try (DataInputStream in = new DataInputStream(Files.newInputStream(file))) {
            assertThat(in.readInt()).isEqualTo(0xCAFEBABE);
            in.readUnsignedShort(); // 0: no class uses previews
            return in.readUnsignedShort();
        }
    }
}
