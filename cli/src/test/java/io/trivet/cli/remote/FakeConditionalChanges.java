package io.trivet.cli.remote;

import io.trivet.client.ConditionalChanges;
import io.trivet.client.MetadataChange;
import io.trivet.client.Preserve;
import io.trivet.client.Progress;
import io.trivet.client.RemoteOutput;
import io.trivet.client.SaveSummary;
import io.trivet.model.Attributes;
import io.trivet.model.ChunkSize;
import io.trivet.model.Condition;
import io.trivet.model.FileRecord;
import io.trivet.model.NameEntry;
import io.trivet.model.Refusal;
import io.trivet.model.RemotePath;
import io.trivet.model.Sha256;
import io.trivet.model.TrivetException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Changes of a {@link FakeClient} that are applied only if the conditions hold. */
final class FakeConditionalChanges implements ConditionalChanges {
    private final FakeClient client;
    private final List<Condition> conditions;

    FakeConditionalChanges(FakeClient client, List<Condition> conditions) {
        this.client = client;
        this.conditions = conditions;
    }

    private void require() {
        client.meanwhile.run();
        for (Condition condition : conditions) {
            if (!condition.holds(entryAt(condition.path()))) {
                throw TrivetException.of(
                        Refusal.Kind.CONDITION_FAILED, condition.path().toString(), "as the test wants it");
            }
        }
    }

    private Optional<NameEntry> entryAt(RemotePath path) {
        try {
            return Optional.of(client.stat(path));
        } catch (TrivetException _) {
            return Optional.empty();
        }
    }

    @Override
    public SaveSummary save(Path source, RemotePath target, Preserve preserve, Progress progress) {
        require();
        return client.save(source, target, preserve, progress);
    }

    @Override
    public SaveSummary save(Path source, RemotePath target, MetadataChange metadata, Progress progress) {
        SaveSummary summary = save(source, target, Preserve.USUAL, progress);
        client.setMetadata(target, metadata);
        return summary;
    }

    @Override
    public SaveSummary save(InputStream source, RemotePath target, Progress progress) {
        require();
        return client.save(source, target, progress);
    }

    @Override
    public RemoteOutput create(RemotePath path) {
        return new FakeOutput(path);
    }

    @Override
    public RemoteOutput create(RemotePath path, ChunkSize chunkSize) {
        return create(path);
    }

    @Override
    public RemoteOutput create(RemotePath path, long expectedBytes) {
        return create(path);
    }

    @Override
    public FileRecord createEmpty(RemotePath path, MetadataChange metadata) {
        require();
        return client.createEmpty(path, metadata);
    }

    @Override
    public FileRecord createLink(RemotePath path, String target, MetadataChange metadata) {
        require();
        return client.createLink(path, target, metadata);
    }

    @Override
    public void setMetadata(RemotePath path, MetadataChange change) {
        require();
        client.setMetadata(path, change);
    }

    @Override
    public FileRecord copy(RemotePath from, RemotePath to, MetadataChange change) {
        require();
        return client.copy(from, to, change);
    }

    @Override
    public void makeDirectory(RemotePath path, MetadataChange metadata) {
        require();
        client.makeDirectory(path, metadata);
    }

    @Override
    public void rename(RemotePath from, RemotePath to) {
        require();
        client.rename(from, to);
    }

    @Override
    public void remove(RemotePath path, boolean recursive, boolean now) {
        require();
        client.remove(path, recursive, now);
    }

    private final class FakeOutput extends RemoteOutput {
        private final RemotePath path;
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        FakeOutput(RemotePath path) {
            this.path = path;
        }

        @Override
        public void write(int b) {
            bytes.write(b);
        }

        @Override
        public void setAttributes(Function<Sha256, Attributes> attributes) {
            client.attributes.put(path, attributes.apply(Sha256.of(bytes.toByteArray())));
        }

        @Override
        public SaveSummary commit(MetadataChange metadata) {
            SaveSummary summary = save(new ByteArrayInputStream(bytes.toByteArray()), path, Progress.NONE);
            if (metadata.modified() instanceof Instant time) {
                client.times.put(path, time);
            }
            return summary;
        }

        @Override
        public void abort() {}

        @Override
        public void close() {}
    }
}
