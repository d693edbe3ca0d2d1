package io.trivet.client;

import io.trivet.model.Entry;
import io.trivet.model.RemotePath;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;

/** A cluster, seen from outside. Any thread may call it. Expected failures are {@link io.trivet.model.TrivetException}. */
public final class TrivetClient implements AutoCloseable {
    private TrivetClient() {}

    /** Finds the cluster by any of the seeds; throws {@code UNREACHABLE} if none answers. */
    public static TrivetClient connect(ClientOptions options) {
        throw new UnsupportedOperationException("to be written " + options);
    }

    public SaveSummary save(Path source, RemotePath target, Progress progress) {
        throw new UnsupportedOperationException("to be written");
    }

    /** Saves a stream of unknown length. */
    public SaveSummary save(InputStream source, RemotePath target, Progress progress) {
        throw new UnsupportedOperationException("to be written");
    }

    public LoadSummary load(RemotePath source, Path target, Progress progress) {
        throw new UnsupportedOperationException("to be written");
    }

    public LoadSummary load(RemotePath source, OutputStream target, Progress progress) {
        throw new UnsupportedOperationException("to be written");
    }

    public RemoteInput open(RemotePath path) {
        throw new UnsupportedOperationException("to be written");
    }

    public RemoteOutput create(RemotePath path) {
        throw new UnsupportedOperationException("to be written");
    }

    public Entry stat(RemotePath path) {
        throw new UnsupportedOperationException("to be written");
    }

    /** The entries of a directory in the order of their names, fetched page by page as they are asked for. */
    public Iterable<Entry> list(RemotePath directory) {
        throw new UnsupportedOperationException("to be written");
    }

    public void makeDirectory(RemotePath path) {
        throw new UnsupportedOperationException("to be written");
    }

    public void rename(RemotePath from, RemotePath to) {
        throw new UnsupportedOperationException("to be written");
    }

    public void remove(RemotePath path, boolean recursive) {
        throw new UnsupportedOperationException("to be written");
    }

    public FilePlacement where(RemotePath path) {
        throw new UnsupportedOperationException("to be written");
    }

    public ClusterStatus status() {
        throw new UnsupportedOperationException("to be written");
    }

    /** One line that lets {@code uses} nodes join within {@code validFor}. */
    public String issueToken(Duration validFor, int uses) {
        throw new UnsupportedOperationException("to be written");
    }

    @Override
    public void close() {}
}
