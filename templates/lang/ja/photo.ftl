# A10 顔写真、A11 確認
photo-title = 顔写真を選ぶ
photo-not-needed = 1歳未満の方は、写真がいりません。写真のないカードが作られます。
photo-is-chosen = 写真は選んであります。別の写真にするときだけ、下から選んでください。
photo-is-pasted = 「写真は申請書に貼る」を選んであります。
photo-yours = アップロードした顔写真
photo-rule-recent = 6か月以内に撮った写真
photo-rule-front = 正面、帽子なし、背景に何もない写真
photo-rule-file = JPEGかPNG。8MBまで、たて・よこ480ピクセル以上
photo-file = 写真のファイル
photo-submit = 写真を調べる
photo-working = 写真を小さくしています
photo-sending = 写真を送っています
photo-other-ways = 写真のファイルがないとき
photo-paste = 写真は申請書に貼る
photo-later = あとで選ぶ
photo-paste-hint = 印刷した写真（たて45mm、よこ35mm）を申請書に貼ります。どちらの方法でも、申請の扱いは同じです。
photo-check-title = 顔写真の確認
photo-card-size = カードには、たて27.5mm、よこ22mmで印刷されます
photo-adjust = 切り抜く場所を直す
photo-up = 上へ
photo-down = 下へ
photo-left = 左へ
photo-right = 右へ
photo-larger = 大きく
photo-smaller = 小さく
photo-rotate = 回す
photo-results = 自動チェックの結果
photo-level-pass = 合格
photo-level-attention = 注意
photo-level-unusable = 使えません
photo-yourself = ご自身で確認してください
photo-taken = 6か月以内に撮った、本人の写真です
photo-use = この写真を使う
photo-another = 別の写真を選ぶ
photo-unusable = この写真は使えません。別の写真を選んでください。
error-photo-none = 写真のファイルを選んでください
error-photo-damaged = ファイルが空か、壊れています。別の写真を選んでください
error-photo-too-large = 写真は8MBより小さくしてください（今は{ $megabytes }MB）
error-photo-heic = HEICの写真は、まだ使えません。iPhoneでは「設定」→「カメラ」→「フォーマット」で「互換性優先」を選んで撮り直すか、写真を自分あてにメールで送ってJPEGにしてください
error-photo-kind = 写真は JPEG か PNG にしてください
error-photo-too-small = 写真が小さすぎます（今は{ $width }×{ $height }）。たて・よこ480ピクセル以上の写真を選んでください
error-photo-too-many-pixels = 写真が大きすぎて読めません（今は{ $width }×{ $height }）。カメラの設定を「小さい」にするか、写真を縮小してください
error-taken-empty = 写真を使うには、「6か月以内に撮った、本人の写真です」にチェックをつけてください
photo-file-pass = ファイルの種類と大きさ（{ $kind }、{ $megabytes }MB、{ $width }×{ $height }）
photo-file-attention = ファイルが小さいので、印刷が粗くなるかもしれません（{ $kind }、{ $megabytes }MB、{ $width }×{ $height }）
photo-faces-pass = 顔が1人だけ写っています
photo-faces-unusable = { $count ->
    [0] 顔が見つかりません。正面を向いた、明るい写真を選んでください
   *[other] 顔が{ $count }人分見つかりました。本人だけが写った写真を選んでください
}
photo-faces-attention = 顔が1人だけ写っているか、調べられませんでした。ご自身で確かめてください
photo-upright-pass = 写真の向きが正しいです
photo-upright-attention = 写真が横か逆さになっているようです。「回す」で直せます
photo-head-pass = 顔の大きさは、めやすのとおりです（頭の上からあごまで{ $millimetres }mm）
photo-head-attention = 顔の大きさが、めやすと違うようです（今は{ $millimetres }mm。めやすは34mm）
photo-gap-pass = 頭の上のすき間は、めやすのとおりです（{ $millimetres }mm）
photo-gap-attention = 頭の上のすき間が、めやすと違うようです（今は{ $millimetres }mm。めやすは4mm）
photo-middle-pass = 顔がまん中にあります
photo-middle-attention = 顔が{ $millimetres }mmかたよっているようです。左右のボタンで直せます
photo-resolution-pass = 印刷に足りる細かさです
photo-resolution-attention = 切り抜いた部分が粗いようです（{ $width }×{ $height }）。もっと大きく写った写真の方が、きれいに印刷できます
photo-sharpness-pass = ピントが合っています
photo-sharpness-attention = ピントが合っていないか、ぶれているようです
photo-light-pass = 明るさはちょうどよいです
photo-light-attention = { $light ->
    [dark] 顔が暗いようです。明るいところで撮ると、よくなります
   *[bright] 顔が明るすぎるようです。光が強すぎないところで撮ると、よくなります
}
photo-background-pass = 背景に何もありません
photo-background-attention = 背景に物か柄があるようです
photo-shadow-pass = 影はありません
photo-shadow-attention = { $place ->
    [face] 顔に影があるようです
   *[wall] 背景に影があるようです
}
photo-example-good = よい例
photo-example-shadow = だめな例：影がある
photo-example-side = だめな例：横を向いている
photo-example-hat = だめな例：帽子をかぶっている
photo-example-glasses = だめな例：眼鏡が光っている
