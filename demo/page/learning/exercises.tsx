import { useCommand } from 'onesocket/react';
import { useState } from 'react';
import type { LearningState } from '../../shared/learning.ts';
import { socket } from '../socket.ts';
import { Badge } from '../ui/bits.tsx';
import { Button } from '../ui/button.tsx';
import { Card } from '../ui/card.tsx';

/** One exercise after the other; those that are not finished come first. */
export function Exercises({ state, online }: { readonly state: LearningState; readonly online: boolean }) {
  const { exercises, finished } = state;
  const [at, setAt] = useState(() => {
    const open = exercises.findIndex(({ id }) => !finished.includes(id));
    return Math.max(open, 0);
  });
  const [chosen, setChosen] = useState<number | null>(null);
  const answer = useCommand(socket, 'exercise:finish');
  const exercise = exercises[at % exercises.length];
  if (!exercise) return null;
  // The latest answer is this exercise's as long as an option of it is chosen.
  const result = chosen !== null && !answer.pending ? answer.data : undefined;
  const isRight = result?.correct === true && !answer.error;

  function choose(exerciseId: string, option: number): void {
    setChosen(option);
    answer.run({ exerciseId, option }).catch(() => {});
  }
  function next(): void {
    setChosen(null);
    setAt(at + 1);
  }
  function markOf(option: number): 'right' | 'wrong' | undefined {
    if (option !== chosen || !result || answer.error) return undefined;
    return result.correct ? 'right' : 'wrong';
  }

  return (
    <Card
      title="Exercise"
      aside={
        <>
          <Badge>{exercise.topic}</Badge>
          <Badge tone={finished.includes(exercise.id) ? 'good' : 'plain'}>
            {finished.includes(exercise.id) ? 'Finished' : `${exercise.xp} XP, ${exercise.coins} coins`}
          </Badge>
        </>
      }
      testId="exercise"
    >
      <p className="question">{exercise.question}</p>
      <ul className="options">
        {exercise.options.map((text, option) => (
          <li key={text}>
            <Button
              className="option"
              data-mark={markOf(option)}
              data-testid={`option-${option}`}
              disabled={!online || isRight}
              busy={answer.pending && option === chosen}
              onClick={() => choose(exercise.id, option)}
            >
              {text}
            </Button>
          </li>
        ))}
      </ul>
      <div className="exercise-foot">
        <p role="status" data-testid="answer">
          {answer.error && chosen !== null && `That did not arrive: ${answer.error.message}`}
          {result &&
            !answer.error &&
            (result.correct ? `Right: ${result.xp} XP, ${result.coins} coins` : 'Not that one')}
        </p>
        <Button look={isRight ? 'primary' : 'plain'} data-testid="next" onClick={next}>
          Next
        </Button>
      </div>
    </Card>
  );
}
