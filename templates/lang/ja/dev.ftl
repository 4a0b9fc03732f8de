dev-mailbox-title = デモのメールボックス
dev-mailbox-intro = このデモが送ったメールです。実際には送られていません。
dev-mailbox-newer = 新しいメール
dev-mailbox-older = 古いメール
