package io.trivet.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trivet.client.ConditionalChanges;
import io.trivet.client.MetadataChange;
import io.trivet.client.Progress;
import io.trivet.client.RemoteInput;
import io.trivet.client.RemoteOutput;
import io.trivet.client.TrivetClient;
import io.trivet.model.Attributes;
import io.trivet.model.ChunkSize;
import io.trivet.model.Condition;
import io.trivet.model.FileId;
import io.trivet.model.FileRecord;
import io.trivet.model.NameEntry;
import io.trivet.model.Refusal;
import io.trivet.model.RemotePath;
import io.trivet.model.TrivetException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Of two clients that change one name at once, one is refused. */
@Timeout(120)
class ConditionalChangesTest {
    @TempDir
    static Path base;

    private static LocalCluster cluster;
    private static TrivetClient client;

    @BeforeAll
    static void start() throws IOException {
        cluster = LocalCluster.start(base.resolve("c"), 3, new ChunkSize(64 << 10));
        client = cluster.client();
    }

    @AfterAll
    static void stop() {
        client.close();
        cluster.close();
    }

    private static FileId contentOf(RemotePath path) {
        return ((NameEntry.File) client.stat(path)).record().id();
    }

    private static int read(RemotePath path) throws IOException {
        try (RemoteInput input = client.open(path)) {
            ByteBuffer one = ByteBuffer.allocate(1);
            input.read(one);
            return one.get(0);
        }
    }

    private static void write(ConditionalChanges changes, RemotePath path, int content) throws IOException {
        try (RemoteOutput output = changes.create(path)) {
            output.write(content);
            output.commit();
        }
    }

    private static void assertConditionFailed(org.assertj.core.api.ThrowableAssert.ThrowingCallable change) {
        assertThatThrownBy(change)
                .isInstanceOfSatisfying(
                        TrivetException.class,
                        refused -> assertThat(refused.kind()).isEqualTo(Refusal.Kind.CONDITION_FAILED));
    }

    @Test
    void ofManyWhoMakeOneFileOneSucceeds() throws Exception {
        RemotePath path = RemotePath.parse("/lock");
        List<Callable<Boolean>> makers = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            int content = i;
            makers.add(() -> {
                try {
                    write(client.onlyIf(Condition.absent(path)), path, content);
                    return true;
                } catch (TrivetException e) {
                    assertThat(e.kind()).isEqualTo(Refusal.Kind.CONDITION_FAILED);
                    return false;
                }
            });
        }
        int made = 0;
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<Boolean> maker : threads.invokeAll(makers)) {
                made += maker.get() ? 1 : 0;
            }
        }
        assertThat(made).isEqualTo(1);
    }

    /** Like programs that add to a counter in a file: no addition is lost. */
    @Test
    void aChangeOfWhatWasReadIsNeverLost() throws Exception {
        RemotePath path = RemotePath.parse("/counter");
        try (RemoteOutput output = client.create(path)) {
            output.write(0);
            output.commit();
        }
        Callable<Void> adder = () -> {
            for (int done = 0; done < 5; ) {
                FileId content = contentOf(path);
                int value = read(path);
                try {
                    write(client.onlyIf(Condition.unchanged(path, content)), path, value + 1);
                    done++;
                } catch (TrivetException e) {
                    assertThat(e.kind()).isEqualTo(Refusal.Kind.CONDITION_FAILED);
                }
            }
            return null;
        };
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<Void> each : threads.invokeAll(List.of(adder, adder, adder))) {
                each.get();
            }
        }
        assertThat(read(path)).isEqualTo(15);
    }

    @Test
    void namesAreRemovedRenamedAndMadeOnlyAsTheyWereSeen() throws Exception {
        RemotePath file = RemotePath.parse("/names/a");
        RemotePath other = RemotePath.parse("/names/b");
        Path source = Files.write(base.resolve("source"), new byte[200_000]);
        client.save(source, file, Progress.NONE);
        FileId seen = contentOf(file);
        assertConditionFailed(() -> client.onlyIf(Condition.absent(file)).save(source, file, Progress.NONE));
        client.onlyIf(Condition.unchanged(file, seen)).save(source, file, Progress.NONE);
        assertConditionFailed(
                () -> client.onlyIf(Condition.unchanged(file, seen)).remove(file, false, false));
        client.save(source, other, Progress.NONE);
        assertConditionFailed(() -> client.onlyIf(Condition.absent(other)).rename(file, other));
        client.onlyIf(Condition.unchanged(file, contentOf(file))).remove(file, false, false);
        client.onlyIf(Condition.absent(file)).rename(other, file);
        RemotePath directory = RemotePath.parse("/names/d");
        client.onlyIf(Condition.absent(directory)).makeDirectory(directory);
        assertConditionFailed(() -> client.onlyIf(Condition.absent(directory)).makeDirectory(directory));
    }

    @Test
    void whatIsKeptBesideTheContentChangesAlone() throws Exception {
        RemotePath path = RemotePath.parse("/metadata");
        Attributes colour = Attributes.NONE.with("user.colour", "blue");
        try (RemoteOutput output = client.create(path)) {
            output.write(1);
            output.setAttributes(colour);
            output.commit();
        }
        FileId content = contentOf(path);
        assertThat(client.attributes(path).attributes()).isEqualTo(colour);
        Instant old = Instant.parse("1969-07-20T20:17:40.123456789Z");
        client.setMetadata(path, MetadataChange.NONE.withMode(04755).withModified(old));
        FileRecord record = ((NameEntry.File) client.stat(path)).record();
        assertThat(record.id()).isEqualTo(content);
        assertThat(record.mode()).isEqualTo(0755);
        assertThat(record.modified()).isEqualTo(old);
        assertThat(client.attributes(path).attributes()).isEqualTo(colour);
        client.onlyIf(Condition.unchanged(path, content))
                .setMetadata(path, MetadataChange.NONE.withAttributes(Attributes.NONE));
        assertThat(client.attributes(path).attributes()).isEqualTo(Attributes.NONE);
        assertThat(read(path)).isEqualTo(1);
        assertThat(client.replicas().verify(path, Progress.NONE).isWhole()).isTrue();
    }
}
