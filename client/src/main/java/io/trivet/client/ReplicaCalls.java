package io.trivet.client;

import io.trivet.model.RemotePath;
import io.trivet.wire.credentials.TrustSettings;
import io.trivet.wire.receipt.SignedReceipt;

/** {@link Replicas} by requests to the nodes that hold them. */
final class ReplicaCalls implements Replicas {
    private final TransferResources transferResources;
    private final LeaderCalls leader;
    private final TrustSettings trustSettings;

    /** @param trustSettings whose signatures on a receipt are accepted */
    ReplicaCalls(TransferResources transferResources, LeaderCalls leader, TrustSettings trustSettings) {
        this.transferResources = transferResources;
        this.leader = leader;
        this.trustSettings = trustSettings;
    }

    @Override
    public FilePlacement where(RemotePath path) {
        return new ReplicaLocator(transferResources, opened(path)).of(path);
    }

    @Override
    public FileCheck verify(RemotePath path, Progress progress) {
        return new FileVerification(transferResources, opened(path), progress).of(path);
    }

    @Override
    public SignedReceipt receipt(RemotePath path) {
        SignedReceipt receipt = new ReceiptCollector(transferResources, leader, opened(path)).collect();
        if (trustSettings instanceof TrustSettings.Authority authority) {
            receipt.requireSignedUnder(authority);
        }
        return receipt;
    }

    /** Refreshes the view first, so that nodes that have joined are asked too. */
    private OpenFile opened(RemotePath path) {
        OpenFile file = OpenFile.at(leader, path);
        transferResources.cluster.refresh();
        return file;
    }
}
