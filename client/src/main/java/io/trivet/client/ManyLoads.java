package io.trivet.client;

import io.trivet.model.TrivetException;
import io.trivet.wire.protocol.Request;
import java.util.ArrayList;
import java.util.List;

/** Loads any number of files, in batches where the leader knows such requests. Any thread. */
final class ManyLoads {
    private final TransferResources transferResources;
    private final LeaderCalls leader;
    private final FileLoader loader;
    private final TrivetClient client;

    /** @param client loads a file alone */
    ManyLoads(TransferResources transferResources, LeaderCalls leader, FileLoader loader, TrivetClient client) {
        this.transferResources = transferResources;
        this.leader = leader;
        this.loader = loader;
        this.client = client;
    }

    /** Returns when each file is loaded or has failed, and the listener was told. */
    void load(List<FileToLoad> files, FileToLoad.Listener listener) {
        if (!leader.takesBatches()) {
            transferResources.each(files.stream()
                    .<Runnable>map(file -> () -> alone(file, listener))
                    .toList());
            return;
        }
        List<Runnable> work = new ArrayList<>();
        List<FileToLoad> batch = new ArrayList<>();
        int paths = 0;
        for (FileToLoad file : files) {
            if (batch.size() == Request.MAX_TOGETHER || paths + file.source().length() > ManySaves.PATH_BYTES) {
                List<FileToLoad> full = batch;
                work.add(() -> together(full, listener));
                batch = new ArrayList<>();
                paths = 0;
            }
            batch.add(file);
            paths += file.source().length();
        }
        List<FileToLoad> last = batch;
        work.add(() -> together(last, listener));
        transferResources.each(work);
    }

    private void together(List<FileToLoad> files, FileToLoad.Listener listener) {
        if (!listener.goesOn()) {
            return;
        }
        List<LoadBatch.Wanted> regular = new ArrayList<>();
        for (FileToLoad file : files) {
            try {
                switch (LocalTarget.of(file.target())) {
                    case LocalTarget.Replaceable(var target) -> regular.add(new LoadBatch.Wanted(file, target));
                    case LocalTarget.Sink ignored -> alone(file, listener);
                }
            } catch (TrivetException e) {
                listener.failed(file, e);
            }
        }
        new LoadBatch(transferResources, leader, loader, file -> alone(file, listener), listener).run(regular);
    }

    private void alone(FileToLoad file, FileToLoad.Listener listener) {
        if (!listener.goesOn()) {
            return;
        }
        LoadSummary summary;
        try {
            summary = client.load(file.source(), file.target(), file.preserve(), file.progress());
        } catch (RuntimeException e) {
            listener.failed(file, e);
            return;
        }
        listener.loaded(file, summary);
    }
}
