# Pages of the operation (M03–M07) and retention
masters-new-mission = New missions appear among the offices at once. They can be chosen for handing in a form or collecting a card from the next version of the program on.
