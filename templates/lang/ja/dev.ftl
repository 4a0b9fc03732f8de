dev-mailbox-title = デモのメールボックス
dev-mailbox-intro = このデモが送ったメールです。実際には送られていません。
