package io.trivet.faults;

import io.trivet.client.TrivetClient;
import io.trivet.model.RemotePath;
import io.trivet.model.TrivetException;
import java.io.IOException;
import java.util.Map;

/** Compares all that is in a healed cluster with what must be there: every name, every byte. By a client that has seen nothing before. */
final class Audit implements AutoCloseable {
    private final TrivetClient client;
    private final Figures figures;
    private int files;
    private long bytes;

    Audit(ProcessCluster cluster, Figures figures) {
        this.client = cluster.client();
        this.figures = figures;
    }

    void check(RemotePath directory, World world) {
        try {
            Observation.of(client, directory).differences(world).forEach(line -> figures.violated("audit: " + line));
        } catch (TrivetException e) {
            figures.violated("audit: " + directory + " cannot be listed: " + e.getMessage());
        }
        for (Map.Entry<RemotePath, Content> file : world.files().entrySet()) {
            check(file.getKey(), file.getValue());
        }
    }

    private void check(RemotePath path, Content content) {
        try {
            Worker.loadToStream(client, path, content);
            files++;
            bytes += content.size();
        } catch (TrivetException | IOException e) {
            figures.violated("audit: " + path + " cannot be loaded: " + e.getMessage());
        }
    }

    int files() {
        return files;
    }

    long bytes() {
        return bytes;
    }

    @Override
    public void close() {
        client.close();
    }
}
